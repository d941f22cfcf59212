---- MODULE DuplicateExtends ----
EXTENDS Naturals, Sequences
Append(s, e) == s \o <<e>>
Head == 1
====

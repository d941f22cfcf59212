---- MODULE WarningOnlyBase ----
Head(s) == s[1]
====

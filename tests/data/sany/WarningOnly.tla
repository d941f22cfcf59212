---- MODULE WarningOnly ----
EXTENDS Sequences, WarningOnlyBase
====

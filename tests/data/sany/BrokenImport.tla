---- MODULE BrokenImport ----
EXTENDS UnbalancedParenthesis
====

---- MODULE MissingModule ----
EXTENDS Naturals, Nowhere
VARIABLE x
====

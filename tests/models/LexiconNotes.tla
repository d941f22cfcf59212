---------------------------- MODULE LexiconNotes ----------------------------
LOCAL INSTANCE Naturals
Noted(noted) == noted + 1
---- MODULE Deeper ----
deeper == 1
====
=============================================================================

---- MODULE TlcGetUndefined ----
EXTENDS Naturals, TLC
VARIABLE x

Init == x = 0
Next == x' = TLCGet(7)
====

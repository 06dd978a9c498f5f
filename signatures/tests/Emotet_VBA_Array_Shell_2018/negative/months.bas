Attribute VB_Name = "Module1"
Sub Auto_Open()
months = Array("Jan", "Feb", "Mar")
MsgBox Join(months, ",")
End Sub

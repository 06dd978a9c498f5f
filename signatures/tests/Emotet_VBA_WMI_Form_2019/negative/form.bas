Attribute VB_Name = "Module1"
Sub AutoOpen()
UserForm1.TextBox1.Text = Replace(name, " ", "")
Set db = CreateObject("ADODB.Connection")
End Sub

Attribute VB_Name = "Module1"
' INERT SEKISHO TEST
Sub AutoOpen()
If False Then
Open "c:\users\public\inert.hta" For Output As #1
Print #1, ActiveDocument.Content.Text
Close #1
Shell "mshta c:\users\public\inert.hta"
End If
End Sub

Attribute VB_Name = "Module1"
Sub Save()
Open "C:\ProgramData\Acme\log.txt" For Output As #1
End Sub

Attribute VB_Name = "Module1"
Sub Export()
Open "c:\users\public\documents\list.csv" For Output As #1
Print #1, Range("A1")
Close #1
Shell "explorer c:\users\public\documents"
End Sub

Attribute VB_Name = "Module1"
Sub Workbook_Open()
x = Replace(Range("A1"), "-", "") & " " & "t" & y
Application.Run "A"
End Sub

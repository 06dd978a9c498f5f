Attribute VB_Name = "Module1"
Sub Workbook_Open()
If Application.International(xlCountrySetting) = 81 Then
Columns(1).NumberFormat = "yyyy/mm/dd"
End If
End Sub

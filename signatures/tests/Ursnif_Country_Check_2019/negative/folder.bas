Attribute VB_Name = "Module1"
Sub Workbook_Open()
If Application.International(xlCountrySetting) = 81 Then Shell "explorer C:\Data"
End Sub

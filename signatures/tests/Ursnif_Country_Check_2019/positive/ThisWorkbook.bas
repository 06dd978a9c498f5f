Attribute VB_Name = "Module1"
' INERT SEKISHO TEST
Sub Workbook_Open()
If Application.International(xlCountrySetting) = 81 Then
If False Then Shell "cmd /c rem inert"
End If
End Sub

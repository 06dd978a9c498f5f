Attribute VB_Name = "Module1"
Sub Update()
If URLDownloadToFile(0, u, f, 0, 0) = 0 Then
If Left(h, 2) = "PK" Then Unzip f
End If
End Sub

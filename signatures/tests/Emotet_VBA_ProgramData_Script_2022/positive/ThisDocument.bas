Attribute VB_Name = "Sheet1"
Sub Auto_Open()
' INERT SEKISHO TEST
If False Then
p1 = "c:\programdata\" & "inerttest.vbs"
p2 = "c:\programdata\" & "inerttest.bat"
Open p1 For Output As #1
Print #1, "REM INERT SEKISHO TEST"
Close #1
Open p2 For Output As #2
Print #2, "rem http://example.invalid/wp-content/InErT7/"
Close #2
Set s = CreateObject("WScript.Shell")
s.Run "wscript " & p1, 0
End If
End Sub

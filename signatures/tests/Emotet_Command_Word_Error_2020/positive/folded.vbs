' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
x = "msg %username% /v Wor" & "d experienced an error trying to open the file. & powershell -w hidden -encod SU5FUlQgU0VLSVNITyBURVNU"
s.Run x
End If

' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
x = "mshta C:\Program" & "Data\inert.rtf"
s.Run x
End If

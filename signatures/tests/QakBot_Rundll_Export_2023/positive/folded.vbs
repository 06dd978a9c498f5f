' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
x = "rundll" & "32 C:\Users\Public\inert.dat,X" & "555"
s.Run x
End If

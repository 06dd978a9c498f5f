' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
s.Run "mshta C:\ProgramData\Vendor\menu.hta"
End If

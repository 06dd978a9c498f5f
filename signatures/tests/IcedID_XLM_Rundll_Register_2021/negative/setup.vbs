' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
s.Run "rundll32 C:\Vendor\control.dll,DllRegisterServer"
End If

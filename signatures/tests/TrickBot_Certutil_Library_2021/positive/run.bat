@echo off
rem INERT SEKISHO TEST
goto :end
certutil -decode %temp%\inert.txt %temp%\inert.dll
rundll32 %temp%\inert.dll,none
:end

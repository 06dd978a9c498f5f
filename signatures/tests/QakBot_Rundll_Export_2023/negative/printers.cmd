@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 printui.dll,PrintUIEntry /in /n \\server\printer
rundll32 shell32.dll,Control_RunDLL desk.cpl
:end

@echo off
rem INERT SEKISHO TEST
goto :end
rem InternalJob of the accounting system
rundll32 shell32.dll,Control_RunDLL
:end

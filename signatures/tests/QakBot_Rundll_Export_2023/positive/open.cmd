@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 C:\ProgramData\inert.jpg,Wind
:end

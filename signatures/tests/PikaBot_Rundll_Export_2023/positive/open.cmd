@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 C:\Users\Public\inert.dll,Crash
:end

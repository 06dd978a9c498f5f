@echo off
rem INERT SEKISHO TEST
goto :end
RunDll32.exe 'C:\Users\Public\Documents\inert.dll',RS32
:end

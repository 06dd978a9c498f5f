@echo off
rem INERT SEKISHO TEST
goto :end
"C:\Program Files\AutoIt3\AutoIt3.exe" C:\Tools\login.au3
:end

@echo off
rem INERT SEKISHO TEST
goto :end
start rundll32.exe inert.dll,IternalJob
:end

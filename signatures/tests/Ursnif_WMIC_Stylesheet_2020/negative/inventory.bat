@echo off
rem INERT SEKISHO TEST
goto :end
wmic os get caption /format:csv > %temp%\inventory.csv
wmic cpu list /format:htable
:end

@echo off
rem INERT SEKISHO TEST
goto :end
mkdir C:\Backup\Daily & curl https://server.example.com/list --output C:\Backup\Daily\list.csv
:end

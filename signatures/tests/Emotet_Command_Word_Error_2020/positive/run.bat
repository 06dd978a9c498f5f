@echo off
rem INERT SEKISHO TEST
goto :end
cmd /c m^s^g %username% /v Wo^rd exp^erien^ced an er^ror tryi^ng to op^en th^e fi^le. & p^owe^rs^he^ll^ -w hi^dd^en -e^nc SU5FUlQgU0VLSVNITyBURVNU
:end

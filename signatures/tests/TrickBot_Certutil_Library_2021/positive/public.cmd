@echo off
rem INERT SEKISHO TEST
goto :end
certutil -decode %PUBLIC%\inert.do1 %PUBLIC%\inert.xlsb & rundll32 %PUBLIC%\inert.xlsb,none
:end

@echo off
rem INERT SEKISHO TEST
goto :end
regsvr32 -silent C:\Vendor\control.ocx
:end

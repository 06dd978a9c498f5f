@echo off
rem INERT SEKISHO TEST
goto :end
rem start rundll32 printui.dll, enter the name of the printer, and press OK
rundll32 vendor.dll,EnterpriseSetup
:end

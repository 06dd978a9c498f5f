@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 setupapi.dll,InstallHinfSection DefaultInstall 132 C:\Vendor\driver.inf
rundll32 vendor.dll,init
:end

@echo off
rem INERT SEKISHO TEST
goto :end
rem rundll32 needs printui.dll, must run as administrator
rundll32 vendor.dll,BindAdapter
:end

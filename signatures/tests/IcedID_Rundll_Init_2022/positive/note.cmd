@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 c:\programdata\inert.jpg,init
:end

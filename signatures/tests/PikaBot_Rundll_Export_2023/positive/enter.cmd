@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 C:\Inertone\inert.dll,Enter
:end

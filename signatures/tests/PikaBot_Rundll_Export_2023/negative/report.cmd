@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 printui.dll,PrintUIEntry /Xs /n printer Limit 5
:end

@echo off
rem INERT SEKISHO TEST
goto :end
rundll32 olinert.dll,PluginInit
:end

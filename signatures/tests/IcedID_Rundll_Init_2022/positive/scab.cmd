@echo off
rem INERT SEKISHO TEST
goto :end
RunDll32 %tMP%\inert.dll scab /k inertword & EXiT
:end

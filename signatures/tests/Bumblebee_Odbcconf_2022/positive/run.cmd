@echo off
rem INERT SEKISHO TEST
goto :end
odbcconf -f inert.rsp
:end

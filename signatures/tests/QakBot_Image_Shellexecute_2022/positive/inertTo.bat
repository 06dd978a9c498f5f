@echo off
rem INERT SEKISHO TEST
goto :end
%1%232 about/inert.db
:end

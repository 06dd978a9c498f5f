@echo off
rem INERT SEKISHO TEST
goto :end
RUNDlL32 C:\Users\Public\inert.log , HUF_inc_var & EXiT
:end

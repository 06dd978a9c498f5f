@echo off
rem INERT SEKISHO TEST
goto :end
copy c:\windows\system32\wbem\wmic.exe %temp%\inert.com
wmic os get /format:"%temp%\inert.xsl"
:end

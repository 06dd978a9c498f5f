@echo off
rem INERT SEKISHO TEST
goto :end
certutil -hashfile setup.msi SHA256
certutil -decode request.b64 request.der
:end

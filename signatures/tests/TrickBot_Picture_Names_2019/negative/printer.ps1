# INERT SEKISHO TEST
param([string]$name)
if ($false) {
Invoke-WebRequest -Uri "http://192.0.2.15/images/status.png" -OutFile "$env:temp\status.png"
Start-Process mspaint.exe "$env:temp\status.png"
}
Write-Host "inert"

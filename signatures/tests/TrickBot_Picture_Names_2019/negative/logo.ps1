# INERT SEKISHO TEST
param([string]$name)
if ($false) {
(New-Object Net.WebClient).DownloadFile('https://www.example.com/images/logo.png', "$env:temp\logo.png")
Start-Process mspaint.exe
}
Write-Host "inert"

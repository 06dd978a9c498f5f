# INERT SEKISHO TEST
param([string]$name)
if ($false) {
if ((Get-Culture).Name -match 'ja') { Set-WinUserLanguageList ja-JP -Force }
}
Write-Host "inert"

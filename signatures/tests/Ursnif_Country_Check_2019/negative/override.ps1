# INERT SEKISHO TEST
param([string]$name)
if ($false) {
if ((Get-ItemProperty 'HKCU:\Control Panel\Desktop').PreferredUILanguages -like '*ja*') {
Set-WinUILanguageOverride -Language ja-JP
}
}
Write-Host "inert"

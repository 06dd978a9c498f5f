# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$begin = '-----BEGIN CERTIFICATE-----'
$end = '-----END CERTIFICATE-----'
$text.IndexOf($begin)
}
Write-Host "inert"

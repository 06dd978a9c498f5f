# INERT SEKISHO TEST
param([string]$name)
if ($false) {
start rundll32 $env:TEMP\\Inert.Barricade,X555;
}
Write-Host "inert"

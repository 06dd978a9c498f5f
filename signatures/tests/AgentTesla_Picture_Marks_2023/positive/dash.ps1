# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$begin = '<<BASE64-START>>'
$end = '<<BASE64-END>>'
$text.IndexOf($begin)
}
Write-Host "inert"

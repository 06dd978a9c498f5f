# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$begin = '<<BASE64_START>>'
$end = '<<BASE64_END>>'
$text.IndexOf($begin)
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
foreach ($element in $acinert) {
$data = [System.Convert]::FromBase64String($element)
$obj = New-Object System.IO.Compression.GZipStream($ms, [System.IO.Compression.CompressionMode]::Decompress)
$rd = New-Object System.IO.StreamReader($obj)
$v = $rd.readtoend.Invoke()
$all += $v
}
$all | iex
}
Write-Host "inert"

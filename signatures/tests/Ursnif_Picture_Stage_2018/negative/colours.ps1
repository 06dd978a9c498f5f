# INERT SEKISHO TEST
param([string]$name)
if ($false) {
Add-Type -AssemblyName System.Drawing
$g = New-Object System.Drawing.Bitmap('C:\pictures\logo.png')
$g.GetPixel(0, 0).ToArgb() -band 255
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
Invoke-WebRequest -Uri https://www.example.com/wall.jpg -OutFile C:\ProgramData\wall.jpg
Set-ItemProperty -Path "HKCU:\Control Panel\Desktop" -Name Wallpaper -Value C:\ProgramData\wall.jpg
}
Write-Host "inert"

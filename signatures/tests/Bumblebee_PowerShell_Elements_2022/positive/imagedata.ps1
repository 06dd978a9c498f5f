# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$elem1 = "INERT"
$casda = "Insert"
$elem30=$elem30.$casda.Invoke(0,"H")
}
Write-Host "inert"

# INERT SEKISHO TEST
param([string]$name)
if ($false) {
$elem1 = $doc.CreateElement("a")
$elem2 = $elem1.AppendChild($elem1)
}
Write-Host "inert"

// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.shellexecute("rundll32", "inert.dll,none");
}
// SIG // Begin signature block
// SIG // SU5FUlQ=
// SIG // End signature block

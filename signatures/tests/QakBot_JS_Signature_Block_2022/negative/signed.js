// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.ShellExecute("notepad.exe");
}
// SIG // Begin signature block
// SIG // SU5FUlQ=
// SIG // End signature block

// INERT SEKISHO TEST
if (false) {
var fs = new ActiveXObject("Scripting.FileSystemObject");
var sh = new ActiveXObject("Shell.Application");
sh.shellexecute("regS" + fs.OpenTextFile("data.txt").ReadAll(), "port\\inert.tmp");
}
// SIG // Begin signature block
// SIG // SU5FUlQ=
// SIG // End signature block

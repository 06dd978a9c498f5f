// INERT SEKISHO TEST
if (false) {
var fs = new ActiveXObject("Scripting.FileSystemObject");
var sh = new ActiveXObject("Shell.Application");
sh.ShellExecute("notepad.exe", fs.OpenTextFile("list.txt").ReadLine());
}
// SIG // Begin signature block
// SIG // SU5FUlQ=
// SIG // End signature block

// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.ShellExecute("notepad.exe", "docs\\readme.txt", "", "open", 1);
}

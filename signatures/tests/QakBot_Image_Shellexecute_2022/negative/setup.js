// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.ShellExecute("tools\\setup.bat", "registry", "", "open", 1);
}

// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.shellexecute("about\\inertTo.bat", "reg svr", "", "open", 0);
}

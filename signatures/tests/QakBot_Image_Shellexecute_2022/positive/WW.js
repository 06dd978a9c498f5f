// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
sh.shellexecute("regsvr32.exe", "resources\\inert.tmp", "", "open", 0);
}

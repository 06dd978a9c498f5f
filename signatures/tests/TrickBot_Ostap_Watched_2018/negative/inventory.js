// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
var known = ["Proxifier.exe", "ctfmon.exe", "VzService.exe", "outlook.exe"];
}

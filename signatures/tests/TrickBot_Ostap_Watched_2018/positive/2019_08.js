// INERT SEKISHO TEST
if (false) {
var sh = new ActiveXObject("Shell.Application");
var watched = ["AgentSimulator.exe", "anti-virus.EXE", "BehaviorDumper", "BennyDB.exe", "ctfmon.exe", "fakepos_bin", "FrzState2k", "gemu-ga.exe", "KMS Server Service.exe", "VzService.exe"];
}

// The kinds of shortcut files that set a program up: consoles, installers, remote desktops, themes, folders.
#pragma once

#include "scanner/active/shortcut_file.h"

namespace sekisho::scanner::active {

// .msc: file.shortcut; shortcut.command for a task or page that runs something, shortcut.console.script for a
// page that runs a script, shortcut.fetch for a task that fetches what it runs.
void judge_console(Shortcut& file);

// .application, .appref-ms, .appinstaller: shortcut.installer. .jnlp: shortcut.java, and
// shortcut.java.remote where it asks for all permissions and comes over plain HTTP or from an address; then
// shortcut.remote, too.
void judge_deployment(Shortcut& file);

// .rdp: shortcut.rdp; shortcut.rdp.redirects, .takes-all and .address for what lies outside.
void judge_rdp(Shortcut& file);

// .wsh: the script that it runs, and where that lies. file.script.
void judge_script_settings(Shortcut& file);

// .inf: sections that run or fetch something when it is installed (as CMSTP and "scrobj.dll,NI,http:" do).
void judge_setup(Shortcut& file);

// .theme: files of another machine, which Windows fetches as soon as it is shown (CVE-2024-21320).
void judge_theme(Shortcut& file);

// desktop.ini: the icon and the pictures of the folder that it lies in.
void judge_folder(Shortcut& file);

}  // namespace sekisho::scanner::active

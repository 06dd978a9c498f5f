// Names of streams in Windows Installer files.
//
// A compound file's name has 31 characters at most, so the installer packs two of "0-9A-Za-z._" into one code
// unit of 0x3800 to 0x47FF, a single one into 0x4800 to 0x483F, and begins the names of its tables with
// 0x4840. It is in no specification of Microsoft's; readers agree on it (msitools, Wine's dlls/msi).
#pragma once

#include <string>
#include <string_view>

namespace sekisho::scanner::office {

// `name`, UTF-8, as the installer shows it: "Binary.setup", "disk1.cab", "!File" for the table File. Other
// characters stay as they are. Gives UTF-8.
std::string installer_name(std::string_view name);

}  // namespace sekisho::scanner::office

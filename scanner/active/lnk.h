// Windows shortcuts, [MS-SHLLINK]: what one starts, with which arguments, and where its own bytes end.
//
// Shell items ([MS-SHLLINK] 2.2 calls their content opaque) are read as libfwsi's documentation describes
// them: volumes, files and folders with their long names, network places, addresses. Of others the longest
// text in them is taken.
//
// Known weaknesses: text that is not Unicode is read in the code page of the console block, or in the one
// that it looks like; the link does not say. Items of Control Panel and of other namespaces are names, not
// the programs behind them. Identifiers of installed products (the Darwin block) are not resolved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::active {

// All texts are UTF-8 and hostile.
struct ShellLink {
    std::uint32_t flags = 0;
    std::uint32_t target_size = 0;  // FileSize of the header; builders leave it 0
    std::uint32_t show_command = 0;
    std::int32_t icon_index = 0;

    std::string id_path;             // LinkTargetIDList, joined
    std::string vista_id_path;       // the same of VistaAndAboveIDListDataBlock
    std::string local_path;          // LinkInfo: local base path and suffix
    std::string network_path;        // LinkInfo: CommonNetworkRelativeLink and suffix
    std::string environment_target;  // EnvironmentVariableDataBlock
    std::string name;                // StringData, section 2.4
    std::string relative_path;
    std::string working_dir;
    std::string arguments;
    std::string icon_location;
    std::string icon_environment;  // IconEnvironmentDataBlock
    std::string machine;           // TrackerDataBlock: NetBIOS name of where it was made
    std::string mac;               // of that machine, "00:11:22:33:44:55"; empty where the droid has none
    std::vector<std::string> properties;  // texts of the PropertyStoreDataBlock, at most 64

    std::size_t end = 0;           // behind the terminal block; less than the file: an overlay
    std::string_view unread = {};  // the first structure that could not be read whole; empty: none

    bool has_flag(unsigned bit) const { return (flags >> bit) & 1u; }
    // What it may start, each once: Explorer takes the ID list, and falls back on the others. The relative
    // path where it has nothing else.
    std::vector<std::string> targets() const;
};

constexpr std::size_t shell_link_header_size = 76;

// HeaderSize and LinkCLSID.
bool is_shell_link(base::Bytes head);
// `file` must begin as is_shell_link() says. Linear in what the link's structures take, not in the overlay.
ShellLink read_shell_link(base::Bytes file);

// LinkTargetIDList as a path (without its own size field): "C:\Windows\x.exe", "\\server\share". At most 256
// items and 32 KB. `charset`: of names that are not Unicode.
std::string path_of_items(base::Bytes items, std::string_view charset);

}  // namespace sekisho::scanner::active

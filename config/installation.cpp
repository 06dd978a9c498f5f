#include "config/installation.h"

#include <filesystem>
#include <system_error>

namespace sekisho::config {

namespace fs = std::filesystem;

namespace {

bool has_directory(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

}  // namespace

std::string program_dir() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return error ? std::string() : program.parent_path().string();
}

std::string shipped_rules_dir() {
    const fs::path here = program_dir();
    const fs::path build_tree = here / "../../../signatures";
    // bin/, sbin/ and libexec/ all lie beside share/.
    for (const fs::path& place :
         {here / "../share/sekisho/signatures", build_tree, fs::path("/usr/share/sekisho/signatures")}) {
        if (place == build_tree && here.parent_path().parent_path().filename() != "build") continue;
        std::error_code error;
        if (has_directory(place)) return fs::canonical(place, error).string();
    }
    return {};
}

std::vector<std::string> default_rules_dirs() {
    std::vector<std::string> dirs;
    if (std::string shipped = shipped_rules_dir(); !shipped.empty()) dirs.push_back(std::move(shipped));
    if (has_directory(site_rules_dir)) dirs.emplace_back(site_rules_dir);
    return dirs;
}

}  // namespace sekisho::config

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

// What is installed as `name` below share/sekisho, and lies at `source` in the source tree. Empty where it is
// not there.
std::string shipped(const fs::path& name, const fs::path& source) {
    const fs::path here = program_dir();
    const fs::path build_tree = here / "../../.." / source;
    // bin/, sbin/ and libexec/ all lie beside share/.
    for (const fs::path& place :
         {here / "../share/sekisho" / name, build_tree, fs::path("/usr/share/sekisho") / name}) {
        if (place == build_tree && here.parent_path().parent_path().filename() != "build") continue;
        std::error_code error;
        if (fs::exists(place, error)) return fs::canonical(place, error).string();
    }
    return {};
}

}  // namespace

std::string program_dir() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    return error ? std::string() : program.parent_path().string();
}

std::string config_dir() {
    const fs::path prefix = fs::path(program_dir()).parent_path();
    const fs::path own = prefix / "etc/sekisho";
    const bool other_prefix = prefix != "/usr" && prefix != "/" && !prefix.empty();
    return other_prefix && has_directory(own) ? own.string() : "/etc/sekisho";
}

std::string default_config_file() { return config_dir() + "/sekisho.toml"; }
std::string site_rules_dir() { return config_dir() + "/rules.d"; }

std::string shipped_rules_dir() { return shipped("signatures", "signatures"); }
std::string shipped_public_domains() {
    return shipped("public_domains.txt", "quarantine/public_domains.txt");
}

std::vector<std::string> default_rules_dirs() {
    std::vector<std::string> dirs;
    if (std::string shipped = shipped_rules_dir(); !shipped.empty()) dirs.push_back(std::move(shipped));
    if (std::string site = site_rules_dir(); has_directory(site)) dirs.push_back(std::move(site));
    return dirs;
}

}  // namespace sekisho::config

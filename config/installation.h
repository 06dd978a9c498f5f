// Where the files of this installation lie, seen from the running program. Works in an installed tree, and in
// a build tree (build/<preset>/bin) with the sources above it.
#pragma once

#include <string>
#include <vector>

namespace sekisho::config {

// "/etc/sekisho", or PREFIX/etc/sekisho where the program is installed under another prefix than /usr and
// that folder is there.
std::string config_dir();
std::string default_config_file();  // sekisho.toml there
std::string site_rules_dir();       // rules.d there

// Directory of the running program; empty where /proc does not say.
std::string program_dir();
// Of the shipped YARA rules; empty where there are none.
std::string shipped_rules_dir();
// The list of public mail providers; empty where there is none.
std::string shipped_public_domains();
// What worker.rules_dirs is where the file says nothing: the shipped rules and the site's, as far as there
// are.
std::vector<std::string> default_rules_dirs();

}  // namespace sekisho::config

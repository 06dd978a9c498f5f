// Documents that fetch their template, objects or texts from a server of ours, and remote desktops of ours:
// what a company's own files do.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace sekisho::scanner::mail {

// Whether `target` is an https: address of a host that is one of `own` or stands below it, whole and plainly
// written: no user name, no escapes. `own`: local_domains, lower case; a dot in front is passed over.
bool is_own_server(std::span<const std::string> own, std::string_view target);

// Findings that say "from the network" with such an address as their evidence become those of a house's
// server; of a remote desktop of ours it is only said that it is one. Plain http stays what it is: anybody on
// the way may answer.
//
// Known weaknesses: what fields and most macros fetch is told with words around its address, and stays as it
// is.
void settle_own_targets(std::span<const std::string> own, std::vector<model::Finding>& findings);

}  // namespace sekisho::scanner::mail

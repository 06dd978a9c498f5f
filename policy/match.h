// Which policy rows hold for a message and a recipient. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "model/envelope.h"
#include "model/scan_report.h"

namespace sekisho::policy {

// True when `address` is one of the members: an address, "@domain", or a glob. Case does not matter.
bool is_member(std::string_view address, const std::vector<std::string>& members);

// True when `address` matches a pattern: a glob, or "@group". The null sender is written "<>". Empty: always.
bool matches_address(const std::vector<std::string>& patterns, std::string_view address,
                     const config::Groups& groups);

// True when all conditions of the row hold but that on the recipient: the same for all of a message.
bool holds(const config::PolicyRule& rule, const config::Groups& groups, const model::Envelope& envelope,
           const model::ScanReport& report);

}  // namespace sekisho::policy

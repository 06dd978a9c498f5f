// Which way a mail goes (DESIGN.md section 6): the ordered [[direction]] table.
#pragma once

#include <string_view>
#include <vector>

#include "config/settings.h"
#include "model/envelope.h"

namespace sekisho::milter {

// True where the domain of `address` is one of `domains`; ".example.com" stands for example.com and all below
// it. False for an address without a domain, and so for the null sender.
bool is_local(std::string_view address, const std::vector<std::string>& domains);

// The first row whose conditions all hold; inbound where none does. Mail through a trusted relay is inbound
// whatever the rows say: the relay's own address would make it look like ours.
model::Direction direction_of(const config::Settings& settings, const model::Envelope& envelope,
                              bool through_trusted_relay);

}  // namespace sekisho::milter

// The mail that every new worker program scans before it is believed to be whole. Inert.
#pragma once

#include <string_view>

namespace sekisho::sandbox {

std::string_view rehearsal_mail();

}  // namespace sekisho::sandbox

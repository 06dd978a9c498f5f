// RFC 4648 base64 of our own data (tokens, reports). The lenient decoders for mail live in scanner/mime.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::base {

std::string base64_encode(Bytes bytes);
std::string base64url_encode(Bytes bytes);                           // RFC 4648 section 5, no padding
std::optional<std::string> base64_decode(std::string_view text);     // strict: padding and alphabet checked
std::optional<std::string> base64url_decode(std::string_view text);  // strict

}  // namespace sekisho::base

// What is to be seen in the subject of a message that goes on although something is to be said of it.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::quarantine {

inline constexpr std::string_view unscanned_prefix = "[unscanned] ";

// `prefix` before `subject` so that RFC 2047 decoders show both: an ASCII prefix as it is, any other as one
// encoded word that holds the blank behind it, too (blanks between encoded words are dropped).
std::string prefixed_subject(std::string_view prefix, std::string_view subject);

// `prefix` before the value of each Subject field; a message without one gets it at the top. The rest stays
// byte for byte. DKIM signatures over the subject do not survive. An empty prefix: the message as it is.
std::string marked_mail(std::string_view message, std::string_view prefix);

}  // namespace sekisho::quarantine

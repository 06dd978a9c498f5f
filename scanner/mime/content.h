// What the Content-* fields of one entity say (RFC 2045, RFC 2183), in the reading where the first field
// counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/mime/header.h"
#include "scanner/mime/params.h"

namespace sekisho::scanner::mime {

enum class Encoding : std::uint8_t { identity, base64, quoted_printable, uuencode, unknown };

struct Content {
    std::string type;  // "text/plain", lower case; the default where none is declared
    bool type_declared = false;
    std::string charset;      // as declared; may be empty
    std::string boundary;     // of a multipart; empty where there is none
    std::string name;         // UTF-8; the disposition's file name before the type's name
    std::string disposition;  // "attachment", "inline" or empty
    Encoding encoding = Encoding::identity;
    std::string encoding_token;  // as declared, lower case

    bool is_multipart() const { return type.starts_with("multipart/"); }
    bool is_text() const { return type.starts_with("text/"); }
    bool is_message() const;  // message/rfc822, message/global, message/news
};

// `default_type`: what holds without a Content-Type: "text/plain", in a digest "message/rfc822".
Content read_content(const HeaderBlock& header, std::string_view default_type);

}  // namespace sekisho::scanner::mime

// What the Content-* fields of one entity say (RFC 2045, RFC 2183): the reading of the RFCs, and beside it
// what clients make of fields that are doubled, misspelt or bent.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/mime/ambiguity.h"
#include "scanner/mime/header.h"
#include "scanner/mime/params.h"

namespace sekisho::scanner::mime {

enum class Encoding : std::uint8_t { identity, base64, quoted_printable, uuencode, yenc, binhex, unknown };
std::string_view to_string(Encoding encoding);  // "base64"

// One way of seeing the type of an entity.
struct Shape {
    std::string type;  // "text/plain", lower case; the default where none is declared
    bool declared = false;
    std::string boundary;  // of a multipart; empty where there is none

    bool operator==(const Shape&) const = default;
};

struct Content {
    // As the chosen shape has it.
    std::string type;
    bool type_declared = false;
    std::string boundary;

    std::vector<Shape> shapes;        // at least one; the first is that of the RFCs
    std::vector<Encoding> encodings;  // the same
    std::string encoding_token;       // as declared, lower case
    std::string charset;              // as declared; may be empty
    std::string name;                 // UTF-8; the disposition's file name before the type's name
    std::string disposition;          // "attachment", "inline" or empty

    // Takes the shape of that number, or the last.
    void choose(std::size_t shape);

    bool is_multipart() const { return type.starts_with("multipart/"); }
    bool is_text() const { return type.starts_with("text/"); }
    bool is_message() const;  // message/rfc822, message/global, message/news
};

// True where the message has a line that this boundary makes a delimiter. Asked of odd boundaries alone.
using BoundaryInUse = std::function<bool(std::string_view boundary)>;

// `default_type`: what holds without a Content-Type: "text/plain", in a digest "message/rfc822".
Content read_content(const HeaderBlock& header, std::string_view default_type, const BoundaryInUse& in_use,
                     Ambiguities& ambiguities);

}  // namespace sekisho::scanner::mime

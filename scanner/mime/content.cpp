#include "scanner/mime/content.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::mime {

namespace {

struct EncodingName {
    std::string_view name;
    Encoding encoding;
};

// RFC 2045 section 6.1, and the names that uuencode goes by.
constexpr std::array encoding_names{
    EncodingName{"", Encoding::identity},
    EncodingName{"7bit", Encoding::identity},
    EncodingName{"8bit", Encoding::identity},
    EncodingName{"binary", Encoding::identity},
    EncodingName{"7-bit", Encoding::identity},
    EncodingName{"8-bit", Encoding::identity},
    EncodingName{"base64", Encoding::base64},
    EncodingName{"quoted-printable", Encoding::quoted_printable},
    EncodingName{"x-uuencode", Encoding::uuencode},
    EncodingName{"uuencode", Encoding::uuencode},
    EncodingName{"x-uue", Encoding::uuencode},
    EncodingName{"uue", Encoding::uuencode},
};

Encoding encoding_of(std::string_view token) {
    const auto row = std::ranges::find(encoding_names, token, &EncodingName::name);
    return row == encoding_names.end() ? Encoding::unknown : row->encoding;
}

// A name longer than this is cut: no client shows or keeps it, and it costs at each use.
constexpr std::size_t max_name = 64u << 10;

std::string name_of(const StructuredValue& type, const StructuredValue& disposition) {
    const Param* param = disposition.find("filename");
    if (param == nullptr || param->value.empty()) param = disposition.find("name");
    if (param == nullptr || param->value.empty()) param = type.find("name");
    if (param == nullptr || param->value.empty()) param = type.find("filename");
    if (param == nullptr) return {};
    std::string name = param->text();
    if (name.size() > max_name) name.resize(max_name);
    return name;
}

}  // namespace

bool Content::is_message() const {
    return type == "message/rfc822" || type == "message/global" || type == "message/news";
}

Content read_content(const HeaderBlock& header, std::string_view default_type) {
    Content out;
    const StructuredValue type = parse_structured(header.value("Content-Type"));
    const StructuredValue disposition = parse_structured(header.value("Content-Disposition"));
    out.type_declared = !type.token.empty();
    out.type = out.type_declared ? type.token : std::string(default_type);
    if (const Param* charset = type.find("charset")) out.charset = charset->value;
    if (const Param* boundary = type.find("boundary")) out.boundary = boundary->value;
    // Trailing blanks cannot be part of a boundary (RFC 2046 section 5.1.1).
    while (!out.boundary.empty() && base::is_space(out.boundary.back()))
        out.boundary.pop_back();
    out.name = name_of(type, disposition);
    out.disposition = disposition.token;
    std::string_view token;
    const StructuredValue encoding = parse_structured(header.value("Content-Transfer-Encoding"));
    token = encoding.token;
    token = token.substr(0, token.find(','));
    out.encoding_token = token;
    out.encoding = encoding_of(token);
    return out;
}

}  // namespace sekisho::scanner::mime

// The least of XML that a workbook needs: tags in their order, with attributes and the text behind them.
//
// No document types and no entities but the five of XML itself, as Excel has it. Namespaces are left out:
// names are compared without their prefix, so that a prefix of the sender's choice hides nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::office::xlm {

// `bytes` as UTF-8, whatever their byte order mark or declaration says; `keep` holds it where that was not
// so.
std::string_view xml_text(base::Bytes bytes, std::string& keep);

struct XmlTag {
    std::string_view name;  // without its prefix
    bool closing = false;   // </name>
    bool empty = false;     // <name/>
    std::string_view inside;
    // Of the attribute with that local name, with references resolved; nullopt where there is none.
    std::optional<std::string> attribute(std::string_view local_name) const;
};

class XmlReader {
public:
    explicit XmlReader(std::string_view text) : text_(text) {}
    // The next tag; comments, declarations and processing instructions are passed over. Linear over all
    // calls.
    std::optional<XmlTag> next();
    // What stands between the last tag and the next one, references and CDATA resolved. No further than
    // `most` bytes.
    std::string content(std::size_t most);
    std::size_t offset() const { return at_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

// "&lt;", "&#65;" and so on; what is none stays.
std::string xml_unescaped(std::string_view text);

}  // namespace sekisho::scanner::office::xlm

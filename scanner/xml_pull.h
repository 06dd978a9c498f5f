// XML as a run of tags and texts, one pass, nothing kept: for the parts of documents that Office writes.
//
// Lenient where Office is, and where it is not: what is malformed is passed over, damaged() says so. No
// document type is read and no entity but the five of XML 1.0 (section 4.6): others stay as they stand.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner {

// The text of an XML file in UTF-8: by its byte order mark, by its first bytes in UTF-16, by its declaration.
class XmlText {
public:
    explicit XmlText(base::Bytes bytes);
    XmlText(const XmlText&) = delete;
    XmlText& operator=(const XmlText&) = delete;
    std::string_view view() const { return view_; }

private:
    std::string converted_;
    std::string_view view_;
};

class XmlPull {
public:
    enum class Token : std::uint8_t { start_tag, end_tag, text, end };

    // The text outlives this and what it gives out.
    explicit XmlPull(std::string_view utf8) : text_(utf8) {}

    // An empty element (<a/>) is a start tag and an end tag. All together are linear in the text.
    Token next();

    // Of a tag: as it stands ("w:instrText"), and without its prefix.
    std::string_view name() const { return name_; }
    std::string_view local_name() const;
    // Of a start tag: the value of the attribute of that local name, references resolved; nothing where there
    // is none.
    std::optional<std::string> attribute(std::string_view local) const;
    // Of a text: references resolved.
    std::string text() const;

    bool damaged() const { return damaged_; }
    bool has_doctype() const { return has_doctype_; }

private:
    Token read_markup();
    Token read_tag();
    bool skip_past(std::string_view mark);
    void skip_doctype();

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view name_;
    std::string_view attributes_;
    std::string_view run_;  // of a text, as it stands
    bool verbatim_ = false;
    bool empty_element_ = false;  // its end tag is due
    bool damaged_ = false;
    bool has_doctype_ = false;
};

// Character references and the five entities; all else as it stands.
std::string xml_decoded(std::string_view text);

}  // namespace sekisho::scanner

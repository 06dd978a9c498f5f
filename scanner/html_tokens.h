// HTML cut into tags and what stands between them, as browsers and mail clients cut it (WHATWG HTML, section
// 13.2.5). No tree is built: nothing recurses, no memory is taken but for a tag's name, and the time is
// linear in the text, however broken it is. Texts are bytes in which markup stands as ASCII (ascii_text.h).
//
// Known weaknesses: what browsers repair while they build the tree (tags that are moved or ignored) is not
// seen; <title>, <textarea> and <noscript> are read as any other element; a comment that has no end hides
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::scanner {

// Reads "&...;" at the start of `text`; the size of what was read, 0 where it is no entity. The ';' may be
// missing, as browsers allow. Only the entities that people, programs and tricksters use are known by name.
std::size_t decode_html_entity(std::string_view text, std::string& out);

// The value of an attribute as it is meant: a name without its ';' that goes on in '=' or a digit is part of
// a URL there ("?a=1&copy=2").
std::string decode_html_value(std::string_view raw);

// What a '<' turns out to begin.
struct HtmlTag {
    std::size_t size = 0;  // up to and with its '>'; 0: no tag, the '<' is text
    std::string name;      // lower case, without '/', 16 bytes at most; empty for comments and declarations
    bool closing = false;
    std::string_view attributes;  // raw, a '/' at their end included
    // Written as <br/>, which ends an element in XML and SVG.
    bool closes_itself() const { return attributes.ends_with('/'); }
};

// Finds the ends of tags. Each kind of end that is once not found is not looked for again, so that a text of
// '<' and quotes costs no more than its length.
class HtmlTags {
public:
    explicit HtmlTags(std::string_view html) : html_(html) {}

    // `pos`, the offset of a '<', rises from call to call.
    HtmlTag at(std::size_t pos);

    // Offset of the tag that closes the <script> (or other element whose content is no markup) whose content
    // begins at `pos`; the size of the text where none does. Rises as well.
    std::size_t end_of_raw(std::string_view name, std::size_t pos);

private:
    HtmlTag comment(std::size_t pos);
    std::size_t end_of_tag(std::size_t pos);
    std::size_t end_outside_quotes(std::size_t pos);
    std::size_t next_close(std::size_t pos);
    std::size_t find(std::string_view needle, std::size_t from, bool& none_left) const;

    struct RawEnd {
        std::string name;
        std::size_t at = 0;
    };

    std::string_view html_;
    bool no_comment_end_ = false;
    std::size_t close_ = 0;
    bool has_close_ = false;
    unsigned broken_quotes_ = 0;
    bool no_double_ = false;
    bool no_single_ = false;
    std::array<RawEnd, 4> raw_ends_;
    std::size_t next_raw_ = 0;
};

// One piece of a page.
struct HtmlToken {
    enum class Kind : std::uint8_t {
        text,     // between tags; entities stand as they are
        tag,      // an opening or closing tag, a comment or a declaration
        content,  // what stands between <script> and </script>, <style> and </style>
    };
    Kind kind = Kind::text;
    HtmlTag tag;               // of content: the tag that began it
    std::string_view text;     // the whole piece
    bool conditional = false;  // within <!--[if ...]>: Outlook and Internet Explorer alone read it
};

// A page piece by piece. What stands in a conditional comment is read like the rest, as Outlook reads it.
class HtmlTokens {
public:
    // `xml`: SVG and XHTML, where <script/> has no content and <![CDATA[ holds text.
    explicit HtmlTokens(std::string_view html, bool xml = false) : html_(html), xml_(xml), tags_(html) {}
    bool next(HtmlToken& token);

private:
    void take_content(HtmlToken& token);
    bool take_tag(HtmlToken& token);

    std::string_view html_;
    bool xml_;
    HtmlTags tags_;
    std::size_t pos_ = 0;
    bool conditional_ = false;
    bool content_next_ = false;  // the last token opened a <script> or <style>
    bool no_cdata_end_ = false;
};

// The attributes of a tag, one by one, in order.
struct HtmlAttribute {
    std::string_view name;   // in the case that it was written in
    std::string_view value;  // raw, without its quotes
};
class HtmlAttributes {
public:
    explicit HtmlAttributes(std::string_view raw) : rest_(raw) {}
    bool next(HtmlAttribute& attribute);

private:
    std::string_view rest_;
};

// The decoded value of the first attribute `name` (lower case); where several have it, browsers take the
// first.
std::optional<std::string> html_attribute(const HtmlTag& tag, std::string_view name);

}  // namespace sekisho::scanner

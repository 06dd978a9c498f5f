#include "scanner/office/xml_document.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t head_size = 1u << 20;  // in which the root's namespaces stand
constexpr std::size_t longest_tag = 4'096;
constexpr std::size_t longest_prefix = 64;
constexpr std::size_t part_tag_within = 1'024;
constexpr std::uint8_t no_value = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
    std::array<std::uint8_t, 256> out{};
    out.fill(no_value);
    std::uint8_t value = 0;
    for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
        out[static_cast<unsigned char>(c)] = value++;
    return out;
}();

// Base64 into an Output, in pieces.
class Decoder {
public:
    explicit Decoder(Output& output) : output_(output) {}

    // False: not a character of base64.
    bool add(char c) {
        const std::uint8_t value = values[static_cast<unsigned char>(c)];
        if (value == no_value) return false;
        bits_ = bits_ << 6 | value;
        have_ += 6;
        if (have_ >= 8) {
            have_ -= 8;
            piece_[size_++] = static_cast<std::byte>(bits_ >> have_ & 0xFFu);
            if (size_ == piece_.size()) flush();
        }
        return true;
    }
    void end_group() { have_ = 0; }  // padding
    void flush() {
        if (size_ > 0 && whole_) whole_ = output_.write(base::Bytes(piece_).first(size_));
        size_ = 0;
    }
    bool whole() const { return whole_; }

private:
    Output& output_;
    std::array<std::byte, 12'288> piece_{};
    std::size_t size_ = 0;
    std::uint32_t bits_ = 0;
    unsigned have_ = 0;
    bool whole_ = true;
};

bool ends_name(char c) { return base::is_space(c) || c == '>' || c == '/'; }

// Behind the end mark, or the end of the text.
std::size_t behind(std::string_view text, std::string_view mark, std::size_t from) {
    const std::size_t at = text.find(mark, from);
    return at == text.npos ? text.size() : at + mark.size();
}

// What stands between the characters of base64 and is none itself.
struct Aside {
    std::size_t next = 0;
    char character = ' ';  // a character reference's
    bool damage = false;
    bool tag = false;
};

// &#51; or &#x33;, zeros in front as one likes. Any other reference is damage, and left out.
Aside read_reference(std::string_view text, std::size_t at) {
    constexpr std::size_t longest = 64;
    const std::size_t end = text.substr(at, longest).find(';');
    if (end == text.npos) return {.next = at + 1, .damage = true};
    const Aside damaged{.next = at + end + 1, .damage = true};
    std::string_view digits = text.substr(at + 1, end - 1);
    if (!digits.starts_with('#')) return damaged;
    digits.remove_prefix(1);
    const std::uint32_t radix = digits.starts_with('x') ? 16 : 10;
    if (radix == 16) digits.remove_prefix(1);
    std::uint32_t value = 0;
    for (const char c : digits) {
        const int digit = base::hex_value(c);
        if (digit < 0 || static_cast<std::uint32_t>(digit) >= radix) return damaged;
        value = std::min<std::uint32_t>(value * radix + static_cast<std::uint32_t>(digit), 0x110000);
    }
    if (value > 0x7F) return damaged;
    return {.next = damaged.next, .character = static_cast<char>(value)};
}

Aside read_aside(std::string_view text, std::size_t at) {
    constexpr std::string_view cdata = "<![CDATA[";
    constexpr std::string_view cdata_end = "]]>";
    const std::string_view rest = text.substr(at, cdata.size());
    if (base::is_space(rest.front())) return {.next = at + 1};
    if (rest.front() == '&') return read_reference(text, at);
    if (rest.starts_with("<!--")) return {.next = behind(text, "-->", at + 4)};
    if (rest.starts_with("<?")) return {.next = behind(text, "?>", at + 2)};
    if (rest.starts_with(cdata)) return {.next = at + cdata.size()};
    if (rest.starts_with(cdata_end)) return {.next = at + cdata_end.size()};
    if (rest.front() == '<') return {.next = at, .tag = true};
    return {.next = at + 1, .damage = true};
}

// `attributes`: of one tag. The value of the one whose local name is "name"; empty where there is none.
std::string_view name_in(std::string_view attributes) {
    constexpr std::string_view name = "name";
    for (std::size_t at = attributes.find(name); at != attributes.npos; at = attributes.find(name, at + 1)) {
        if (at == 0 || (attributes[at - 1] != ':' && !base::is_space(attributes[at - 1]))) continue;
        std::string_view rest = base::trim(attributes.substr(at + name.size()));
        if (!rest.starts_with('=')) continue;
        rest = base::trim(rest.substr(1));
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) continue;
        return rest.substr(1, rest.find(rest.front(), 1) - 1);
    }
    return {};
}

// Offset of the tag's '>', for a name that begins at `at`; npos where the tag does not end in time. Never
// past a '<', which no tag holds, not even in a value: all looks together are linear.
std::size_t end_of_tag(std::string_view text, std::size_t at) {
    char quote = 0;
    const std::size_t limit = std::min(text.size() - at, longest_tag) + at;
    for (; at < limit; ++at) {
        const char c = text[at];
        if (c == '<') return text.npos;
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return at;
        }
    }
    return text.npos;
}

// True where a tag opens right before the local name at `at`: "<" or "<prefix:".
bool opens_tag(std::string_view text, std::size_t at) {
    if (at == 0) return false;
    if (text[at - 1] == '<') return true;
    if (text[at - 1] != ':') return false;
    const std::string_view before = text.substr(0, at - 1);
    const std::string_view prefix = before.substr(before.size() - std::min(before.size(), longest_prefix));
    const std::size_t open = prefix.find_last_of("<>\"'/ \t\r\n");
    return open != prefix.npos && prefix[open] == '<';
}

// The name of the <pkg:part> that the tag at `at` stands in.
std::string_view name_of_part(std::string_view text, std::size_t at) {
    const std::size_t from = at - std::min(at, part_tag_within);
    const std::string_view window = text.substr(from, at - from);
    const std::size_t part = window.rfind("part ");
    return part == window.npos ? std::string_view() : name_in(window.substr(part));
}

bool is_wide(base::Bytes bytes) {
    const std::string_view text = base::as_text(base::head(bytes, 2));
    constexpr std::array<std::string_view, 4> beginnings{"\xFF\xFE", "\xFE\xFF", std::string_view("<\0", 2),
                                                         std::string_view("\0<", 2)};
    return std::ranges::find(beginnings, text) != beginnings.end();
}

// The first bytes with the zeros of UTF-16 left out: all that is looked for is ASCII.
std::string narrow_head(base::Bytes bytes) {
    const std::string_view head = base::as_text(base::head(bytes, head_size));
    std::string out(head);
    if (is_wide(bytes)) std::erase(out, '\0');
    return out;
}

template <bool flat>
Confidence recognise_xml_document(base::Bytes head, std::string_view /*name*/) {
    // By the namespace of the root, under whatever prefix.
    constexpr std::string_view wanted = flat ? "2006/xmlPackage" : "2003/wordml";
    std::string_view text = base::as_text(base::head(head, head_size));
    std::string narrow;
    if (is_wide(head)) {
        narrow = narrow_head(head);
        text = narrow;
    }
    for (const std::string_view mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
        if (text.starts_with(mark)) text.remove_prefix(mark.size());
    }
    text = base::trim(text);
    if (!text.starts_with('<') || base::starts_with_ignoring_case(text, "<html") ||
        base::starts_with_ignoring_case(text, "<!doctype html"))
        return no_match;
    return text.find(wanted) == text.npos ? no_match : sure_match;
}

// All of a UTF-16 text without its zeros; null where the budget is spent.
StoragePtr narrow_whole(base::Bytes bytes, Extraction& extraction) {
    Output output = extraction.new_output();
    std::string piece;
    for (std::size_t at = 0; at < bytes.size(); at += head_size) {
        piece = base::as_text(base::head(bytes.subspan(at), head_size));
        std::erase(piece, '\0');
        if (!output.write(base::as_bytes(piece))) break;
    }
    return std::move(output).finish();
}

// The name in the first tag of an element; empty where there is none.
std::string_view name_of_root(std::string_view text) {
    for (std::size_t at = text.find('<'); at != text.npos && at + 1 < text.size(); at = text.find('<', at)) {
        const std::string_view rest = text.substr(at);
        if (rest.starts_with("<!--")) {
            at = behind(text, "-->", at + 4);
        } else if (rest.starts_with("<?")) {
            at = behind(text, "?>", at + 2);
        } else if (rest[1] == '!' || rest[1] == '/' || ends_name(rest[1])) {
            ++at;
        } else {
            const auto end = std::ranges::find_if(rest.substr(0, longest_prefix), ends_name);
            const auto size = static_cast<std::size_t>(end - rest.begin());
            return size < longest_prefix ? rest.substr(1, size - 1) : std::string_view();
        }
    }
    return {};
}

// Without the end of its root, which Word does not read.
bool is_cut(std::string_view text) {
    const std::string_view root = name_of_root(text);
    if (root.empty()) return false;
    const std::size_t at = text.rfind("</" + std::string(root));
    return at == text.npos || !base::trim(text.substr(at + 2 + root.size())).starts_with('>');
}

void open_xml_document(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    StoragePtr narrow;
    if (is_wide(part.bytes)) narrow = narrow_whole(part.bytes, extraction);
    const std::string_view text = base::as_text(narrow != nullptr ? narrow->bytes() : part.bytes);
    if (is_cut(text)) extraction.findings().add("document.damaged", part.id, "it ends before its root does");
    std::size_t at = 0;
    while (const auto blob = find_xml_blob(text, at)) {
        if (!extraction.budget().spend_steps(part_tag_within))
            return;  // its name was looked for that far back
        ChildSpec spec;
        spec.name = blob->name;
        spec.opened_by = "office-xml";
        Output output = extraction.new_output();
        const XmlBlobEnd end = decode_xml_blob(text, blob->content, output);
        if (end.damaged) {
            spec.flags.set(PartFlag::damaged);
            extraction.findings().add("document.damaged", part.id, "base64 in XML holds what is no base64");
        }
        if (output.size() > 0 && !extraction.add_child(std::move(spec), std::move(output))) return;
        if (!end.whole) return;
        at = end.end;
    }
}

}  // namespace

std::optional<XmlBlob> find_xml_blob(std::string_view text, std::size_t from) {
    for (std::size_t at = text.find("bin", from); at != text.npos; at = text.find("bin", at + 1)) {
        const std::string_view rest = text.substr(at, 16);
        const std::size_t size = rest.starts_with("binData")      ? std::string_view("binData").size()
                                 : rest.starts_with("binaryData") ? std::string_view("binaryData").size()
                                                                  : 0;
        if (size == 0 || size >= rest.size() || !ends_name(rest[size]) || !opens_tag(text, at)) continue;
        const std::size_t end = end_of_tag(text, at + size);
        if (end == text.npos || text[end - 1] == '/') continue;
        std::string_view name = name_in(text.substr(at + size, end - at - size));
        if (name.empty()) name = name_of_part(text, at);
        if (name.starts_with('/')) name.remove_prefix(1);
        return XmlBlob{std::string(name), end + 1};
    }
    return std::nullopt;
}

XmlBlobEnd decode_xml_blob(std::string_view text, std::size_t from, Output& output) {
    XmlBlobEnd out;
    Decoder decoder(output);
    std::size_t at = from;
    while (at < text.size() && decoder.whole()) {
        if (decoder.add(text[at])) {
            ++at;
            continue;
        }
        if (text[at] == '=') {
            decoder.end_group();
            ++at;
            continue;
        }
        const Aside aside = read_aside(text, at);
        if (aside.tag) break;
        out.damaged = out.damaged || aside.damage;
        if (!base::is_space(aside.character) && !decoder.add(aside.character)) out.damaged = true;
        at = aside.next;
    }
    decoder.flush();
    out.end = at;
    out.whole = decoder.whole();
    return out;
}

const Format word_xml_format{
    .name = "word-xml",
    .type = "application/wordml+xml",
    .extensions = "xml,doc",
    .recognise = recognise_xml_document<false>,
    .open = open_xml_document,
};

const Format flat_opc_format{
    .name = "flat-opc",
    .type = "application/flat-opc+xml",
    .extensions = "xml,doc,docx,docm",
    .recognise = recognise_xml_document<true>,
    .open = open_xml_document,
};

}  // namespace sekisho::scanner::office

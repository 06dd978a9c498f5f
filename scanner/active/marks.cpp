#include "scanner/active/marks.h"

#include <algorithm>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::active {

bool has_mark(base::Bytes bytes, std::string_view mark, std::size_t offset) {
    if (!base::in_range(offset, mark.size(), bytes.size())) return false;
    return base::as_text(bytes.subspan(offset, mark.size())) == mark;
}

std::string text_head(base::Bytes bytes, std::size_t most) {
    const base::Bytes head = base::head(bytes, most);
    std::string text;
    // Zeros at odd places: UTF-16LE without a mark, which Windows' script hosts read as well.
    const bool wide = head.size() >= 8 && head[1] == std::byte{0} && head[3] == std::byte{0} &&
                      head[5] == std::byte{0} && head[0] != std::byte{0} && head[2] != std::byte{0};
    if (has_mark(head, "\xFF\xFE") || wide) {
        text = base::to_utf8(head, "utf-16le");
    } else if (has_mark(head, "\xFE\xFF")) {
        text = base::to_utf8(head, "utf-16be");
    } else {
        text = std::string(base::as_text(head));
    }
    std::string_view rest = text;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    return std::string(rest.substr(std::min(rest.find_first_not_of(" \t\r\n\f\v"), rest.size())));
}

std::string lower_head(base::Bytes bytes, std::size_t most) { return base::to_lower(text_head(bytes, most)); }

namespace {

// `text` begins with `tag`, each character `width` bytes behind the one before.
bool begins_with_tag(std::string_view text, std::string_view tag, std::size_t width) {
    if (text.size() < (tag.size() - 1) * width + 1) return false;
    for (std::size_t i = 0; i < tag.size(); ++i) {
        if (base::ascii_lower(text[i * width]) != tag[i]) return false;
        if (width == 2 && i + 1 < tag.size() && text[i * 2 + 1] != 0) return false;
    }
    return true;
}

}  // namespace

bool holds_tag(base::Bytes bytes, std::string_view tag) {
    const std::string_view text = base::as_text(bytes);
    for (std::size_t at = text.find('<'); at != text.npos; at = text.find('<', at + 1)) {
        const std::string_view rest = text.substr(at);
        if (begins_with_tag(rest, tag, 1) || begins_with_tag(rest, tag, 2)) return true;
    }
    return false;
}

bool looks_textual(base::Bytes bytes) {
    const std::string head = lower_head(bytes, 4u << 10);
    if (head.empty()) return false;
    return std::ranges::none_of(head, [](char c) {
        const auto b = static_cast<unsigned char>(c);
        return b < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\b' && c != '\x1B' &&
               c != '\x1A';
    });
}

}  // namespace sekisho::scanner::active

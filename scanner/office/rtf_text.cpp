#include "scanner/office/rtf_text.h"

#include <algorithm>
#include <cstddef>

#include "base/bytes.h"
#include "base/charset.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t flush_at = 32u << 10;

constexpr bool is_no_text(char c) { return c == '\r' || c == '\n' || c == '\0'; }

void append(std::string& to, std::string_view text, std::size_t most) {
    to += text.substr(0, most - std::min(to.size(), most));
}

}  // namespace

void RtfText::put(RtfTarget target, std::uint16_t code_page, std::string_view bytes) {
    expect(target, code_page, false);
    while (!bytes.empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(bytes, is_no_text) - bytes.begin());
        pending_ += bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    if (pending_.size() >= flush_at) flush();
}

void RtfText::put_unit(RtfTarget target, std::uint16_t unit) {
    expect(target, 0, true);
    pending_ += static_cast<char>(unit & 0xFFU);
    pending_ += static_cast<char>(unit >> 8);
    if (pending_.size() >= flush_at) flush();
}

void RtfText::put_utf8(RtfTarget target, std::string_view text) {
    // What is ASCII, as a line end is, may wait with bytes of any code page.
    if (target == pending_target_ && !pending_wide_ && base::is_ascii(text)) {
        pending_ += text;
        return;
    }
    flush();
    deliver(target, text);
}

void RtfText::set_code_page(std::uint32_t code_page) {
    flush();
    charset_ = base::charset_of_code_page(code_page);
}

void RtfText::expect(RtfTarget target, std::uint16_t code_page, bool wide) {
    if (target == pending_target_ && code_page == pending_code_page_ && wide == pending_wide_) return;
    flush();
    pending_target_ = target;
    pending_code_page_ = code_page;
    pending_wide_ = wide;
}

void RtfText::flush() {
    if (pending_.empty()) return;
    if (!pending_wide_ && base::is_ascii(pending_)) {
        deliver(pending_target_, pending_);
    } else {
        std::string charset = charset_;
        if (pending_wide_)
            charset = "utf-16le";
        else if (pending_code_page_ != 0)
            charset = base::charset_of_code_page(pending_code_page_);
        deliver(pending_target_, base::to_utf8(base::as_bytes(pending_), charset));
    }
    pending_.clear();
}

void RtfText::deliver(RtfTarget target, std::string_view utf8) {
    if (target == RtfTarget::shown) room_ = room_ && output_.write(base::as_bytes(utf8));
    if (target == RtfTarget::instruction) fields_.text(utf8);
    if (target == RtfTarget::object_class) append(class_name, utf8, 256);
    if (target == RtfTarget::path) append(path, utf8, 4'096);
}

}  // namespace sekisho::scanner::office

#include "scanner/mapi.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"

namespace sekisho::scanner::mapi {

namespace {

constexpr std::size_t max_header = 1u << 20;
constexpr std::size_t max_fact = 1'000;

constexpr std::array header_ids{Id::subject,
                                Id::sender_name,
                                Id::sender_address,
                                Id::sender_smtp_address,
                                Id::sent_representing_name,
                                Id::sent_representing_address,
                                Id::transport_headers};

struct Body {
    Id id;
    std::string_view label;
    std::string_view claimed_type;
};
constexpr std::array bodies{
    Body{Id::body, "body", "text/plain"},
    Body{Id::html, "html-body", "text/html"},
    Body{Id::rtf_compressed, "rtf-body", ""},
};

bool contains_text(Type type) { return type == Type::string8 || type == Type::unicode; }

std::uint32_t number(base::Bytes value) { return base::Cursor(value).u32_le().value_or(0); }

// UTF-16 as UTF-8, a piece at a time so that no second copy of a big text is held. False: the budget is
// spent.
bool write_utf8(base::Bytes utf16, Output& output) {
    constexpr std::size_t piece = 1u << 20;
    while (!utf16.empty()) {
        base::Bytes now = base::head(utf16, piece);
        // A pair of surrogates is not cut in two.
        const bool high = now.size() == piece && (std::to_integer<unsigned>(now[piece - 1]) & 0xFCu) == 0xD8u;
        if (high) now = now.first(piece - 2);
        if (!output.write(base::as_bytes(base::to_utf8(now, "utf-16le")))) return false;
        utf16 = utf16.subspan(now.size());
    }
    return true;
}

// At most `max_fact` bytes, no character cut in two.
std::string fact(std::string text) {
    std::size_t end = std::min(text.size(), max_fact);
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
        --end;
    text.resize(end);
    return text;
}

}  // namespace

std::string text_of(const Property& property, std::uint32_t code_page) {
    const base::Bytes value = base::head(property.value, max_string);
    std::string text;
    if (property.type == Type::unicode) {
        text = base::to_utf8(value, "utf-16le");
    } else if (code_page != 0) {
        text = base::to_utf8(value, base::charset_of_code_page(code_page));
    } else {
        text = base::as_text(value);
    }
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

bool MessageTexts::wants(Id id, Type type) {
    if (type == Type::integer32) return id == Id::message_code_page || id == Id::internet_code_page;
    const bool of_body = std::ranges::find(bodies, id, &Body::id) != bodies.end();
    if (!contains_text(type)) return type == Type::binary && of_body;
    return of_body || std::ranges::find(header_ids, id) != header_ids.end();
}

bool MessageTexts::take(Property property) {
    if (!wants(property.id, property.type)) return false;
    if (property.id == Id::internet_code_page) {
        html_code_page_ = number(property.value);
    } else if (property.id == Id::message_code_page) {
        if (code_page_ == 0) code_page_ = number(property.value);
    } else {
        const bool of_body = std::ranges::find(bodies, property.id, &Body::id) != bodies.end();
        (of_body ? bodies_ : strings_).push_back(std::move(property));
    }
    return true;
}

std::string MessageTexts::first(Id id) const {
    const auto row = std::ranges::find(strings_, id, &Property::id);
    return row == strings_.end() ? std::string() : text_of(*row, code_page_);
}

// No mail begins with the first line, so that this is not opened as a mail without a body.
std::string MessageTexts::header() const {
    std::string text;
    for (const Id id : header_ids) {
        for (const Property& string : strings_) {
            if (string.id != id || text.size() > max_header) continue;
            const std::string line = text_of(string, code_page_);
            if (!line.empty()) text += line + "\n";
        }
    }
    return text.empty() ? text : "(properties of the message)\n" + text;
}

bool MessageTexts::add_children(const Part& part, Extraction& extraction, std::string_view opened_by) const {
    if (!part.parent && extraction.message().subject.empty()) {
        extraction.message().subject = fact(first(Id::subject));
        std::string from = first(Id::sender_smtp_address);
        if (from.empty()) from = first(Id::sender_address);
        extraction.message().from = fact(from.empty() ? first(Id::sender_name) : from);
    }
    if (std::string text = header(); !text.empty()) {
        const StoragePtr storage = store_text(std::move(text), extraction.budget());
        if (storage == nullptr) return false;
        ChildSpec spec{.label = "header", .charset = "utf-8", .opened_by = std::string(opened_by)};
        spec.claimed_type = "text/plain";
        if (!extraction.add_child(std::move(spec), storage->bytes(), storage)) return false;
    }
    for (const Property& property : bodies_) {
        const Body& body = *std::ranges::find(bodies, property.id, &Body::id);
        ChildSpec spec{.label = std::string(body.label),
                       .claimed_type = std::string(body.claimed_type),
                       .opened_by = std::string(opened_by)};
        if (property.truncated) spec.flags.set(PartFlag::truncated);
        if (property.type == Type::unicode) {
            spec.charset = "utf-8";
            Output output = extraction.new_output();
            const bool whole = write_utf8(property.value, output);
            if (!extraction.add_child(std::move(spec), std::move(output)) || !whole) return false;
            continue;
        }
        const std::uint32_t code_page =
            body.id == Id::html && html_code_page_ != 0 ? html_code_page_ : code_page_;
        if (code_page != 0 && body.id != Id::rtf_compressed)
            spec.charset = base::charset_of_code_page(code_page);
        if (!extraction.add_child(std::move(spec), property.value, property.storage)) return false;
    }
    return true;
}

}  // namespace sekisho::scanner::mapi

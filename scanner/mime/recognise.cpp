#include "scanner/mime/recognise.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/header.h"
#include "scanner/mime/lines.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t looked_at = 8u << 10;

// Written by programs alone. People quote "From:", "Sent:", "To:" and "Subject:" at the top of their texts.
constexpr std::array<std::string_view, 10> machine_fields{
    "Received", "MIME-Version",   "Message-ID",   "Return-Path", "Content-Type", "Content-Transfer-Encoding",
    "X-Mailer", "DKIM-Signature", "Delivered-To", "X-Received"};
constexpr std::array<std::string_view, 10> people_fields{
    "From", "To", "Subject", "Date", "Cc", "Bcc", "Reply-To", "Sender", "User-Agent", "References"};

// How many of `names` are there, each once.
long count_fields(const HeaderBlock& header, std::span<const std::string_view> names) {
    return std::ranges::count_if(names,
                                 [&header](std::string_view name) { return header.find(name) != nullptr; });
}

bool starts_like_header(std::string_view text) {
    const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
    return starts_like_field(first) || first.starts_with("From ") || first.starts_with(">From ");
}

}  // namespace

std::string_view without_leading_junk(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    // A line that begins with blanks and goes on is no blank line: it is left.
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == text.npos || first == 0) return text;
    const std::size_t line = text.find_last_of("\r\n", first);
    return line == text.npos ? text : text.substr(line + 1);
}

bool looks_like_message(base::Bytes bytes, bool declared) {
    bytes = base::head(bytes, looked_at);
    const std::string_view text = base::as_text(bytes);
    if (declared) return starts_like_header(base::trim(text));
    if (!starts_like_header(text)) return false;
    const HeaderBlock header = parse_header(bytes);
    const long machine = count_fields(header, machine_fields);
    return machine > 0 && machine + count_fields(header, people_fields) > 1;
}

Confidence recognise_message(base::Bytes head, std::string_view name) {
    const std::string extension = base::extension_of(name);
    const bool declared = extension == "eml" || extension == "mht" || extension == "mhtml";
    if (!looks_like_message(head, declared)) return no_match;
    return good_match;
}

Confidence recognise_multipart(base::Bytes head, std::string_view) {
    constexpr std::size_t max_preamble = 1'024;
    const std::string_view text = base::as_text(base::head(head, looked_at));
    const Line delimiter = find_dashed_line(text.substr(0, max_preamble), 0);
    if (delimiter.text.size() < 3 || delimiter.text.find(' ') != delimiter.text.npos) return no_match;
    const std::string_view behind = base::trim(text.substr(delimiter.next));
    return base::starts_with_ignoring_case(behind, "Content-") && starts_like_field(behind) ? good_match
                                                                                            : no_match;
}

}  // namespace sekisho::scanner::mime

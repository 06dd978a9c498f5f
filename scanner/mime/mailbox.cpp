#include "scanner/mime/mailbox.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/header.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/recognise.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::string_view begin_word = "From ";
constexpr std::size_t max_line = 1'024;  // that is looked at

// Where the header behind the "From " line at `at` begins; npos where none does.
std::size_t header_behind(std::string_view box, std::size_t at) {
    const std::string_view near = box.substr(at, max_line);
    const std::size_t end = near.find_first_of("\r\n");
    if (end == near.npos) return near.npos;
    const std::size_t header = behind_line_end(box, at + end);
    const std::string_view line = box.substr(header, max_line);
    const std::string_view field = line.substr(0, line.find_first_of("\r\n"));
    return starts_like_field(field) ? header : near.npos;
}

// The next line that begins a mail; npos where there is none. A line begins at `from`.
std::size_t find_begin(std::string_view box, std::size_t from) {
    for (std::size_t at = box.find(begin_word, from); at != box.npos; at = box.find(begin_word, at + 1)) {
        const bool line_start = at == from || box[at - 1] == '\n' || box[at - 1] == '\r';
        if (line_start && header_behind(box, at) != box.npos) return at;
    }
    return box.npos;
}

std::size_t size_of_junk(std::string_view text) {
    const std::string_view rest = without_leading_junk(text);
    return text.size() - rest.size();
}

// Whatever opens these takes the file for one mail, and its first bytes for its header.
bool is_named_as_mail(std::string_view name) {
    const std::string extension = base::extension_of(name);
    return extension == "eml" || extension == "mht" || extension == "mhtml";
}

Confidence recognise_mbox(base::Bytes head, std::string_view name) {
    if (is_named_as_mail(name)) return no_match;
    const std::string extension = base::extension_of(name);
    const std::string_view box = base::as_text(head);
    const std::size_t begin = size_of_junk(box);
    if (!box.substr(begin).starts_with(begin_word) || find_begin(box, begin) != begin) return no_match;
    if (extension == "mbox" || extension == "mbx") return good_match;
    const bool several = find_begin(box, header_behind(box, begin)) != box.npos;
    return several && looks_like_message(head.subspan(begin), false) ? good_match : no_match;
}

void open_mbox(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    const std::string_view box = base::as_text(part.bytes);
    MailInBox mail;
    std::size_t number = 0;
    for (std::size_t at = size_of_junk(box); find_mail(box, at, mail); at = mail.next) {
        // The name says what it is where the fields alone do not.
        ChildSpec spec{.name = fmt::format("mail-{}.eml", ++number),
                       .claimed_type = "message/rfc822",
                       .opened_by = "mbox"};
        if (!extraction.add_child(std::move(spec), base::as_bytes(mail.text), part.storage)) return;
    }
}

// The first line: digits, and blanks that Apple Mail fills it up with.
struct EmlxSize {
    std::uint64_t bytes = 0;
    std::size_t line = 0;  // its length with its end; 0: it is none
};
EmlxSize read_size(std::string_view text) {
    constexpr std::size_t longest = 32;
    const std::string_view near = text.substr(0, longest);
    const std::size_t end = near.find('\n');
    if (end == near.npos) return {};
    const std::string_view digits = base::trim(near.substr(0, end));
    EmlxSize out;
    const auto [last, error] = std::from_chars(digits.begin(), digits.end(), out.bytes);
    if (error != std::errc() || last != digits.end()) return {};
    out.line = end + 1;
    return out;
}

Confidence recognise_emlx(base::Bytes head, std::string_view name) {
    const EmlxSize size = read_size(base::as_text(head));
    const bool named = base::extension_of(name) == "emlx";
    return size.line != 0 && looks_like_message(head.subspan(size.line), named) ? good_match : no_match;
}

void open_emlx(const Part& part, Extraction& extraction) {
    const EmlxSize size = read_size(base::as_text(part.bytes));
    const base::Bytes rest = part.bytes.subspan(size.line);
    const base::Bytes mail = base::head(rest, size.bytes);
    ChildSpec spec{.name = "mail.eml", .claimed_type = "message/rfc822", .opened_by = "emlx"};
    if (mail.size() < size.bytes) {
        extraction.findings().add("archive.damaged", part.id, "the mail is shorter than the file says");
        spec.flags.set(PartFlag::truncated);
    }
    if (!extraction.add_child(std::move(spec), mail, part.storage)) return;
    const base::Bytes list = rest.subspan(mail.size());
    if (list.empty()) return;
    const bool is_list = base::trim(base::as_text(list)).starts_with("<?xml");
    if (!is_list)
        extraction.findings().add("archive.damaged", part.id, "the mail is longer than the file says");
    (void)extraction.add_child({.label = "tail", .opened_by = "emlx"}, list, part.storage);
}

Confidence recognise_loose_mail(base::Bytes head, std::string_view name) {
    const std::size_t junk = size_of_junk(base::as_text(head));
    const bool loose = junk > 0 && !is_named_as_mail(name) && looks_like_message(head.subspan(junk), false);
    return loose ? good_match : no_match;
}

void open_loose_mail(const Part& part, Extraction& extraction) {
    const base::Bytes mail = part.bytes.subspan(size_of_junk(base::as_text(part.bytes)));
    ChildSpec spec{.name = "mail.eml", .claimed_type = "message/rfc822", .opened_by = "loose-mail"};
    (void)extraction.add_child(std::move(spec), mail, part.storage);  // the last thing to be done
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

bool find_mail(std::string_view box, std::size_t from, MailInBox& mail) {
    const std::size_t begin = find_begin(box, from);
    if (begin == box.npos) return false;
    const std::size_t header = header_behind(box, begin);
    mail.next = std::min(find_begin(box, header), box.size());
    std::size_t end = before_line_break(box, header, mail.next);
    // The last one may lack the blank line that each has behind it.
    const bool blank = mail.next < box.size() || before_line_break(box, header, end) < end;
    if (!blank) end = mail.next;
    mail.text = box.substr(header, end - header);
    return true;
}

const Format mbox_format{
    .name = "mbox",
    .type = "application/mbox",
    .extensions = "mbox,mbx",
    .recognise = recognise_mbox,
    .turn = always_light,
    .open = open_mbox,
    .risky = false,
};

const Format loose_mail_format{
    .name = "loose-mail",
    .type = "message/x-loose",
    .extensions = "",
    .recognise = recognise_loose_mail,
    .turn = always_light,
    .open = open_loose_mail,
    .risky = false,
};

const Format emlx_format{
    .name = "emlx",
    .type = "message/x-emlx",
    .extensions = "emlx",
    .recognise = recognise_emlx,
    .turn = always_light,
    .open = open_emlx,
    .risky = false,
};

}  // namespace sekisho::scanner::mime

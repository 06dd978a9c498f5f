#include <utility>

#include "base/text.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/opener.h"
#include "scanner/mime/readings.h"
#include "scanner/mime/recognise.h"
#include "scanner/mime/smuggling.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_fact = 1'000;

// At most `max_fact` bytes, no character cut in two.
std::string fact(std::string text) {
    if (text.size() <= max_fact) return text;
    std::size_t end = max_fact;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u)
        --end;
    text.resize(end);
    return text;
}

void fill_facts(const HeaderBlock& header, model::MessageFacts& facts) {
    // Decoding a fact needs no more than a few KB of a field that may be 10 MB long.
    constexpr std::size_t looked_at = 8u << 10;
    const auto read = [&header](std::string_view name) {
        const HeaderField* field = header.find(name);
        if (field == nullptr) return std::string();
        return fact(decode_words(base::trim(unfold(field->raw.substr(0, looked_at)))));
    };
    facts.subject = read("Subject");
    facts.from = read("From");
    facts.message_id = read("Message-ID");
    facts.date = read("Date");
}

// A second message behind an end of data within the first. One that is followed by no message hides none that
// is: the server that takes the second dot for the end may take the first for text.
void open_smuggled(const Part& part, Extraction& extraction) {
    constexpr int most = 64;
    const std::string_view text = base::as_text(part.bytes);
    auto found = find_smuggling(text);
    if (!found) return;
    extraction.findings().add("mime.smuggling", part.id, found->place);
    for (int i = 0; found && !looks_like_message(part.bytes.subspan(found->mail), true); ++i) {
        if (i == most) {
            extraction.budget().reach("mime.readings.limit");
            return;
        }
        found = find_smuggling(text, found->next);
    }
    if (!found) return;
    const base::Bytes mail = part.bytes.subspan(found->mail);
    ChildSpec spec{.label = "smuggled",
                   .claimed_type = "message/rfc822",
                   .opened_by = "mime",
                   .readings = {"smuggling"}};
    spec.flags.set(PartFlag::ambiguous);
    spec.flags.set(PartFlag::hidden);
    (void)extraction.add_child(std::move(spec), mail, part.storage);
}

void open_reading(const Part& part, Extraction& extraction, bool has_header) {
    Budget& budget = extraction.budget();
    const model::ScanLimits& limits = budget.limits();
    const ReadingOptions options{
        .max_nesting = limits.max_depth > part.depth ? limits.max_depth - part.depth : 1,
        .max_leaves = limits.max_parts,
        // The body of a multipart that only another reading has cut out is not taken apart once more.
        .all = has_header || !part.flags.has(PartFlag::hidden),
        .has_header = has_header,
    };
    Readings readings = read_all(part.bytes, options, budget);
    if (has_header && extraction.is_outermost_message()) fill_facts(readings.header, extraction.message());
    open_leaves(part, extraction, std::move(readings));
    if (has_header) open_smuggled(part, extraction);
}

void open_message(const Part& part, Extraction& extraction) { open_reading(part, extraction, true); }
void open_multipart(const Part& part, Extraction& extraction) { open_reading(part, extraction, false); }

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

const Format message_format{
    .name = "mime",
    .type = "message/rfc822",
    .extensions = "eml,mht,mhtml,mbox,emlx,nws",
    .recognise = recognise_message,
    .turn = always_light,
    .open = open_message,
    .risky = false,
};

const Format multipart_format{
    .name = "multipart",
    .type = "multipart/mixed",
    .extensions = "",
    .recognise = recognise_multipart,
    .turn = always_light,
    .open = open_multipart,
    .risky = false,
};

}  // namespace sekisho::scanner::mime

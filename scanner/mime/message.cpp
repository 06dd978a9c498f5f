#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/reading.h"
#include "scanner/mime/recognise.h"
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
}

// A preamble or epilogue that is more than the usual sentence for old clients.
bool holds_content(base::Bytes bytes) {
    constexpr std::size_t usual = 512;
    const std::string_view text = base::trim(base::as_text(bytes));
    if (text.size() >= usual) return true;
    const bool binary = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < ' ' && !base::is_space(c) && c != '\x1B';
    });
    return binary || base::find_ignoring_case(text, "content-") != text.npos ||
           !find_dashed_line(text, 0).text.empty() || looks_like_base64(base::as_bytes(text)) ||
           text.find("begin ") != text.npos;
}

// Turns the leaves of one reading into children.
class Opener {
public:
    Opener(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    void open(const Reading& reading) {
        for (const Note& note : reading.notes) {
            extraction_.findings().add(note.id, part_.id, note.evidence);
        }
        for (const Leaf& leaf : reading.leaves) {
            if (!add(leaf)) return;
        }
    }

private:
    // All of these: false where the budget is spent.
    bool add(const Leaf& leaf) {
        if (leaf.role != Role::body) {
            return !holds_content(leaf.raw) || add_identity(spec_of(leaf), leaf.raw, part_.storage, true);
        }
        report(leaf);
        ChildSpec spec = spec_of(leaf);
        switch (leaf.content.encoding) {
            case Encoding::identity:
                return add_identity(std::move(spec), leaf.raw, part_.storage, may_hold_uuencoded(leaf));
            case Encoding::base64:
                return add_decoded(std::move(spec), leaf, decode_base64);
            case Encoding::quoted_printable:
                return add_decoded(std::move(spec), leaf, decode_quoted_printable);
            case Encoding::uuencode:
                return add_uuencoded(std::move(spec), leaf);
            case Encoding::unknown:
                return add_unknown(std::move(spec), leaf);
        }
        return true;
    }

    static ChildSpec spec_of(const Leaf& leaf) {
        const Content& content = leaf.content;
        ChildSpec spec{.name = content.name, .charset = content.charset, .opened_by = "mime"};
        if (leaf.role == Role::preamble) spec.label = "preamble";
        if (leaf.role == Role::epilogue) spec.label = "epilogue";
        // A default type is no claim, but that of a digest says what to open.
        if (content.type_declared || content.is_message()) spec.claimed_type = content.type;
        return spec;
    }

    static bool may_hold_uuencoded(const Leaf& leaf) {
        return leaf.content.is_text() || leaf.content.type.empty();
    }

    void report(const Leaf& leaf) {
        Findings& findings = extraction_.findings();
        const Content& content = leaf.content;
        if (content.type == "message/partial") findings.add("mime.partial", part_.id, content.name);
        if (content.type == "message/external-body")
            findings.add("mime.external-body", part_.id, content.name);
        if (content.encoding == Encoding::unknown) {
            findings.add("mime.encoding.unknown", part_.id, content.encoding_token);
        }
    }

    bool add_identity(ChildSpec spec, base::Bytes bytes, const StoragePtr& storage, bool with_uuencoded) {
        if (!extraction_.add_child(std::move(spec), bytes, storage)) return false;
        return !with_uuencoded || add_blocks(bytes);
    }

    bool add_decoded(ChildSpec spec, const Leaf& leaf, Decoded (*decode)(base::Bytes, Output&)) {
        if (!extraction_.budget().spend_steps(leaf.raw.size())) return false;
        Output output = extraction_.new_output();
        const Decoded result = decode(leaf.raw, output);
        if (result.damaged) {
            spec.flags.set(PartFlag::damaged);
            if (leaf.content.encoding == Encoding::base64) {
                extraction_.findings().add("mime.base64.damaged", part_.id, leaf.content.name);
            }
        }
        if (!result.whole) spec.flags.set(PartFlag::truncated);
        const StoragePtr storage = std::move(output).finish();
        return add_identity(std::move(spec), storage->bytes(), storage, may_hold_uuencoded(leaf));
    }

    bool add_uuencoded(ChildSpec spec, const Leaf& leaf) {
        UuBlock block;
        if (!find_uuencoded(leaf.raw, 0, block)) {
            block = {.data = leaf.raw, .next = leaf.raw.size()};
        }
        if (spec.name.empty()) spec.name = guess_to_utf8(block.name);
        if (!add_block(std::move(spec), block)) return false;
        return add_blocks(leaf.raw.subspan(block.next));
    }

    // An encoding that nobody knows is the identity to most clients. Some look at the data instead.
    bool add_unknown(ChildSpec spec, const Leaf& leaf) {
        const bool both = looks_like_base64(leaf.raw);
        ChildSpec second = spec;
        if (!add_identity(std::move(spec), leaf.raw, part_.storage, may_hold_uuencoded(leaf))) return false;
        if (!both) return true;
        second.readings = {"base64"};
        second.flags.set(PartFlag::ambiguous);
        return add_decoded(std::move(second), leaf, decode_base64);
    }

    // "begin 644 name" within a text: an attachment to Outlook and others, whatever the type says.
    bool add_blocks(base::Bytes text) {
        UuBlock block;
        for (std::size_t at = 0; find_uuencoded(text, at, block); at = block.next) {
            ChildSpec spec{.name = guess_to_utf8(block.name), .opened_by = "uuencode"};
            if (!add_block(std::move(spec), block)) return false;
        }
        return true;
    }

    bool add_block(ChildSpec spec, const UuBlock& block) {
        if (!extraction_.budget().spend_steps(block.data.size())) return false;
        Output output = extraction_.new_output();
        const Decoded result = decode_uuencode(block.data, output);
        if (result.damaged) spec.flags.set(PartFlag::damaged);
        return extraction_.add_child(std::move(spec), std::move(output));
    }

    const Part& part_;
    Extraction& extraction_;
};

void open_reading(const Part& part, Extraction& extraction, bool has_header) {
    Budget& budget = extraction.budget();
    const model::ScanLimits& limits = budget.limits();
    const ReadingOptions options{
        .max_nesting = limits.max_depth > part.depth ? limits.max_depth - part.depth : 1,
        .max_leaves = limits.max_parts,
        .has_header = has_header,
    };
    const Reading reading = read_message(part.bytes, options, budget);
    if (has_header && extraction.is_outermost_message()) fill_facts(reading.header, extraction.message());
    Opener(part, extraction).open(reading);
}

void open_message(const Part& part, Extraction& extraction) { open_reading(part, extraction, true); }
void open_multipart(const Part& part, Extraction& extraction) { open_reading(part, extraction, false); }

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

const Format message_format{
    .name = "mime",
    .type = "message/rfc822",
    .extensions = "eml,mht,mhtml,mbox,nws",
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

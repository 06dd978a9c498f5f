#include "scanner/mime/opener.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/mime/apple_single.h"
#include "scanner/mime/carve.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/formats.h"
#include "scanner/mime/known_bytes.h"
#include "scanner/mime/leaf_bytes.h"
#include "scanner/mime/text_blocks.h"
#include "scanner/mime/type_tricks.h"

namespace sekisho::scanner::mime {

namespace {

class Opener {
public:
    Opener(const Part& part, Extraction& extraction, Readings readings)
        : part_(part),
          extraction_(extraction),
          readings_(std::move(readings)),
          blocks_(extraction, readings_.ambiguities) {}

    void open() {
        if (add_leaves()) carve();
        report();
    }

private:
    // Where a body begins, ends or is encoded is uncertain, so that data may have been decoded with other
    // lines.
    bool doubts_encodings() const {
        using enum Ambiguity;
        constexpr std::array doubtful{base64_padding,       qp_escape,        encoding_absent,
                                      encoding_misspelt,    encoding_several, encoding_unknown,
                                      boundary_unterminated};
        return std::ranges::any_of(doubtful,
                                   [this](Ambiguity what) { return readings_.ambiguities.has(what); });
    }

    // All that answer a bool: false where the budget is spent.
    bool add_leaves() {
        return std::ranges::all_of(readings_.leaves,
                                   [this](const MergedLeaf& merged) { return add(merged); });
    }

    bool add(const MergedLeaf& merged) {
        const Leaf& leaf = merged.leaf;
        if (leaf.role != Role::body) {
            return add_identity(spec_of(merged), leaf.raw, part_.storage, true);
        }
        report(leaf);
        std::vector<Encoding> encodings = leaf.content.encodings;
        if (encodings.empty()) encodings.push_back(Encoding::identity);
        const std::size_t declared = encodings.size();
        add_guesses(leaf, encodings);
        for (std::size_t i = 0; i < encodings.size(); ++i) {
            ChildSpec spec = spec_of(merged);
            guessed_ = i >= declared;
            doubtful_ = guessed_ && encodings.front() == Encoding::identity;
            if (i > 0) {
                spec.readings = {"encoding " + std::string(to_string(encodings[i]))};
                hide(spec);
            }
            if (!add_encoded(std::move(spec), merged, encodings[i])) return false;
        }
        return true;
    }

    // Data that speaks for itself, whatever is declared.
    void add_guesses(const Leaf& leaf, std::vector<Encoding>& encodings) {
        const Encoding declared = encodings.front();
        const auto guess = [&](Encoding encoding) {
            if (std::ranges::find(encodings, encoding) == encodings.end()) encodings.push_back(encoding);
        };
        const bool undone = declared == Encoding::base64 && !looks_like_base64(leaf.raw) &&
                            readings_.ambiguities.has(Ambiguity::encoding_composite);
        if (undone || (leaf.content.is_message() && is_plain_mail(leaf.raw))) guess(Encoding::identity);
        if (declared != Encoding::identity && declared != Encoding::unknown) return;
        if (leaf.content.is_multipart() || leaf.content.is_message() || is_armour(leaf.raw)) return;
        if (looks_like_base64(leaf.raw)) {
            guess(Encoding::base64);
            if (declared == Encoding::identity) note(Ambiguity::encoding_absent, leaf.content.type);
        }
        // Text may hold escapes that are its own; what is no text holds none.
        if ((declared == Encoding::unknown || !may_hold_blocks(leaf)) &&
            looks_like_quoted_printable(leaf.raw)) {
            guess(Encoding::quoted_printable);
            if (declared == Encoding::identity) note(Ambiguity::encoding_absent, leaf.content.type);
        }
    }

    static void hide(ChildSpec& spec) {
        spec.flags.set(PartFlag::ambiguous);
        spec.flags.set(PartFlag::hidden);
    }

    static ChildSpec spec_of(const MergedLeaf& merged) {
        const Content& content = merged.leaf.content;
        ChildSpec spec{.name = content.name, .charset = content.charset, .opened_by = "mime"};
        if (merged.leaf.role == Role::preamble) spec.label = "preamble";
        if (merged.leaf.role == Role::epilogue) spec.label = "epilogue";
        // A default type is no claim, but that of a digest says what to open.
        if (content.type_declared || content.is_message()) spec.claimed_type = content.type;
        spec.readings = merged.readings;
        if (merged.ambiguous) spec.flags.set(PartFlag::ambiguous);
        if (merged.hidden) hide(spec);
        return spec;
    }

    static bool may_hold_blocks(const Leaf& leaf) {
        const std::string& type = leaf.content.type;
        return leaf.content.is_text() || type.empty() || type == "application/mac-binhex40" ||
               type == "application/x-uuencode";
    }

    void report(const Leaf& leaf) {
        Findings& findings = extraction_.findings();
        const Content& content = leaf.content;
        if (content.type == "message/partial") findings.add("mime.partial", part_.id, content.name);
        if (content.type == "message/external-body")
            findings.add("mime.external-body", part_.id, content.name);
    }

    bool add_encoded(ChildSpec spec, const MergedLeaf& merged, Encoding encoding) {
        const Leaf& leaf = merged.leaf;
        switch (encoding) {
            case Encoding::base64:
                return add_base64(spec, leaf);
            case Encoding::quoted_printable:
                return add_quoted_printable(spec, leaf);
            case Encoding::uuencode:
            case Encoding::yenc:
            case Encoding::binhex:
                return blocks_.add_entity(std::move(spec), leaf.raw, part_.storage, encoding);
            case Encoding::identity:
            case Encoding::unknown:
                break;
        }
        if (leaf.content.is_text() || !has_crlf_for_lf(leaf.raw))
            return add_leaf(std::move(spec), leaf, leaf.raw, part_.storage);
        const auto with_lf = [&leaf](Output& output) { return write_with_lf(leaf.raw, output); };
        return add_leaf(spec, leaf, leaf.raw, part_.storage) && add_with_lf(std::move(spec), leaf, with_lf);
    }

    // A leaf as it is once it is decoded.
    bool add_leaf(ChildSpec spec, const Leaf& leaf, base::Bytes bytes, const StoragePtr& storage) {
        const std::string charset =
            guessed_ ? std::string() : judge_type(leaf.content, bytes, readings_.ambiguities);
        const ChildSpec like = spec;
        const bool shown = bytes.data() == leaf.raw.data() || may_hold_blocks(leaf);
        if (!add_identity(std::move(spec), bytes, storage, shown)) return false;
        if (!shown && !add_file_of_blocks(like, bytes)) return false;
        if (!leaf.content.is_message() && is_dangerous(risk_of_extension(base::extension_of(like.name))) &&
            looks_like_message(bytes, false)) {
            // Its name makes another thing of a mail.
            if (!add_as_mail(like, bytes, storage)) return false;
        }
        if (reads_as_mail(leaf.content, bytes)) {
            note(Ambiguity::type_message, leaf.content.type);
            if (!add_as_mail(like, bytes, storage)) return false;
        }
        if (const auto fork = data_fork(bytes)) {
            readings_.ambiguities.add(Ambiguity::type_appledouble, leaf.content.name);
            ChildSpec spec_of_fork = like;
            spec_of_fork.claimed_type.clear();
            spec_of_fork.label = "data-fork";
            if (!extraction_.add_child(std::move(spec_of_fork), *fork, storage)) return false;
        }
        return charset.empty() || add_text(like, bytes, charset);
    }

    // An attachment that is such a file: no client takes it apart while it shows the mail.
    bool add_file_of_blocks(const ChildSpec& like, base::Bytes bytes) {
        constexpr std::size_t longest_line = 256;
        const std::string_view start = base::as_text(base::head(bytes, longest_line));
        const std::string_view line = start.substr(0, start.find('\n'));
        if (line.empty() || begins_as_file(bytes) || !is_textual(base::as_bytes(line))) return true;
        Ambiguities unheard;
        return extraction_.budget().spend_steps(bytes.size()) &&
               TextBlocks(extraction_, unheard).add_all(bytes, like);
    }

    // What only some clients open as a mail.
    bool add_as_mail(ChildSpec mail, base::Bytes bytes, const StoragePtr& storage) {
        mail.label = "mail";
        mail.claimed_type = "message/rfc822";
        hide(mail);
        return extraction_.add_child(std::move(mail), bytes, storage);
    }

    // What the text says to clients that read it in that charset, as UTF-8.
    bool add_text(const ChildSpec& like, base::Bytes bytes, const std::string& charset) {
        constexpr std::size_t longest = 1u << 20;
        bytes = base::head(bytes, longest);
        if (!base::is_known_charset(charset) || !extraction_.budget().spend_steps(bytes.size())) return true;
        Output output = extraction_.new_output();
        if (!output.write(base::as_bytes(base::to_utf8(bytes, charset)))) return false;
        const ChildSpec spec{.label = charset,
                             .name = like.name,
                             .charset = "utf-8",
                             .opened_by = "charset",
                             .readings = like.readings,
                             .flags = like.flags};
        const StoragePtr storage = std::move(output).finish();
        return extraction_.add_child(spec, storage->bytes(), storage) &&
               blocks_.add_all(storage->bytes(), spec);
    }

    bool add_identity(ChildSpec spec, base::Bytes bytes, const StoragePtr& storage, bool with_blocks) {
        const ChildSpec like = spec;
        if (!extraction_.add_child(std::move(spec), bytes, storage)) return false;
        return !with_blocks || blocks_.add_all(bytes, like);
    }

    bool add_base64(const ChildSpec& spec, const Leaf& leaf) {
        const auto decode = [&](Base64Way way) {
            return [&leaf, way](Output& output) { return decode_base64(leaf.raw, output, way); };
        };
        Decoded result;
        if (!add_decoded(spec, leaf, decode(Base64Way::groups), result)) return false;
        if (guessed_) return true;  // nobody said that it is base64
        const Base64Facts& facts = result.base64;
        const std::string& where = leaf.content.name;
        broken_base64_ = broken_base64_ || facts.garbage || facts.gaps;
        if (facts.garbage || facts.gaps) note(Ambiguity::base64_garbage, where);
        if (facts.inner_padding || facts.odd_padding) note(Ambiguity::base64_padding, where);
        if (facts.unpadded) note(Ambiguity::base64_unpadded, where);
        if (facts.odd_lines) note(Ambiguity::base64_lines, where);
        return std::ranges::all_of(ways_for(facts), [&](Base64Way way) {
            return add_variant(spec, leaf, decode(way), "base64 " + std::string(to_string(way)));
        });
    }

    bool add_quoted_printable(const ChildSpec& spec, const Leaf& leaf) {
        const auto decode = [&](QpWay way) {
            return [&leaf, way](Output& output) { return decode_quoted_printable(leaf.raw, output, way); };
        };
        Decoded result;
        if (!add_decoded(spec, leaf, decode(QpWay::lenient), result)) return false;
        if (guessed_) return true;
        const QpFacts& facts = result.qp;
        const std::string& where = leaf.content.name;
        if (facts.bad_escape) note(Ambiguity::qp_escape, where);
        if (facts.lower_hex) note(Ambiguity::qp_case, where);
        if (facts.soft_end) note(Ambiguity::qp_end, where);
        if (facts.trailing_blanks) note(Ambiguity::qp_blanks, where);
        // The CR in front of it may end the header's last line, or be its blank line.
        const bool bare_cr = begins_with_bare_cr(leaf.raw);
        if (bare_cr) note(Ambiguity::header_line_end, where);
        if ((bare_cr || readings_.ambiguities.has(Ambiguity::header_separator)) &&
            !add_late_body(spec, leaf, facts))
            return false;
        // Blanks and line ends make no other text of a text, but of a mark before them.
        const std::span<const QpWay> ways = ways_for(facts);
        if (ways.empty() && leaf.content.is_text()) return true;
        const bool text = is_textual(known_.last());
        if (!text && !leaf.content.is_text() && !add_with_lf(spec, leaf, decode(QpWay::lf_breaks)))
            return false;
        return std::ranges::all_of(ways, [&](QpWay way) {
            const bool of_blanks = way == QpWay::strict_blanks || !facts.bad_escape;
            return (text && of_blanks && !has_blanks_behind_marks(leaf.raw)) ||
                   add_variant(spec, leaf, decode(way), "quoted-printable " + std::string(to_string(way)));
        });
    }

    // Where the blank line is odd the body may begin a line later. Base64 has its lines looked at by carve().
    bool add_late_body(const ChildSpec& spec, const Leaf& leaf, const QpFacts& facts) {
        const std::string_view text = base::as_text(leaf.raw);
        const std::size_t line = text.find_first_of("\r\n");
        const std::size_t body = line == text.npos ? line : text.find_first_not_of("\r\n", line);
        const std::size_t other = line == 0 ? text.find_first_not_of("\r\n") : body;
        if (other == text.npos) return true;
        const base::Bytes late = leaf.raw.subspan(other);
        const auto add = [&](QpWay way) {
            return add_variant(
                spec, leaf,
                [late, way](Output& output) { return decode_quoted_printable(late, output, way); },
                "late body");
        };
        return add(QpWay::lenient) && std::ranges::all_of(ways_for(facts), add);
    }

    template <class Decode>
    bool add_decoded(ChildSpec spec, const Leaf& leaf, Decode decode, Decoded& result) {
        if (!extraction_.budget().spend_steps(leaf.raw.size())) return false;
        Output output = extraction_.new_output();
        result = decode(output);
        if (result.damaged) spec.flags.set(PartFlag::damaged);
        if (!result.whole || output.truncated()) spec.flags.set(PartFlag::truncated);
        const StoragePtr storage = std::move(output).finish();
        // A key or a hash alone in a text: nobody decodes it, and nothing comes of it.
        if (doubtful_ && !begins_as_file(storage->bytes()) && !is_textual(storage->bytes())) return true;
        known_.add(storage);
        return add_leaf(std::move(spec), leaf, storage->bytes(), storage);
    }

    // The same data as another kind of client decodes it, where that makes a difference.
    template <class Decode>
    bool add_variant(ChildSpec spec, const Leaf& leaf, Decode decode, std::string reading,
                     bool may_be_hidden = true) {
        if (!extraction_.budget().spend_steps(leaf.raw.size())) return false;
        Output output = extraction_.new_output();
        const bool whole = decode(output).whole && !output.truncated();
        const StoragePtr storage = std::move(output).finish();
        if (storage->bytes().empty() || known_.has(storage->bytes())) return true;
        spec.readings = {std::move(reading)};
        spec.flags.set(PartFlag::ambiguous);
        if (may_be_hidden && !known_.has_start_of(storage->bytes())) hide(spec);
        if (!whole) spec.flags.set(PartFlag::truncated);
        known_.add(storage);
        return extraction_.add_child(std::move(spec), storage->bytes(), storage);
    }

    // As Unix clients have it. The others see the same file there, with other line ends.
    template <class Decode>
    bool add_with_lf(ChildSpec spec, const Leaf& leaf, Decode decode) {
        const std::size_t known = known_.size();
        if (!add_variant(std::move(spec), leaf, decode, "LF line ends", false)) return false;
        if (known_.size() > known) note(Ambiguity::encoding_line_ends, leaf.content.name);
        return true;
    }

    // Encoded data that no reading of the structure has shown.
    void carve() {
        const bool lost = readings_.several || broken_base64_;
        if (!lost && !doubts_encodings()) return;
        const std::vector<base::Bytes> runs = find_base64_runs(part_.bytes);
        if (runs.size() >= max_runs) extraction_.budget().reach("mime.readings.limit");
        for (const base::Bytes run : runs) {
            if (!extraction_.budget().spend_steps(run.size())) return;
            Output output = extraction_.new_output();
            const bool whole = decode_base64(run, output).whole && !output.truncated();
            const StoragePtr storage = std::move(output).finish();
            if (storage->bytes().empty() || known_.has(storage->bytes())) continue;
            if (!lost && !begins_as_file(storage->bytes())) continue;
            ChildSpec spec{.label = "carved", .opened_by = "mime", .readings = {"carve"}};
            spec.flags.set(PartFlag::ambiguous);
            if (!known_.has_start_of(storage->bytes())) hide(spec);
            if (!whole) spec.flags.set(PartFlag::truncated);
            known_.add(storage);
            if (!extraction_.add_child(std::move(spec), storage->bytes(), storage)) return;
        }
    }

    void note(Ambiguity what, std::string_view where) { readings_.ambiguities.add(what, where); }

    void report() {
        // A part that the ordinary reading does not see was cut by another: what is odd about it says nothing
        // new.
        if (part_.flags.has(PartFlag::hidden)) return;
        for (const auto& [what, where] : readings_.ambiguities.all())
            extraction_.findings().add(id_of(what), part_.id, where);
    }

    const Part& part_;
    Extraction& extraction_;
    Readings readings_;
    TextBlocks blocks_;
    KnownBytes known_;
    bool broken_base64_ = false;  // a run of it may begin later than its part
    bool doubtful_ = false;       // and the identity is declared, or nothing
    bool guessed_ = false;        // nothing declares the encoding of what is added now
};

}  // namespace

void open_leaves(const Part& part, Extraction& extraction, Readings readings) {
    Opener(part, extraction, std::move(readings)).open();
}

}  // namespace sekisho::scanner::mime

#include "scanner/active/html_payloads.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/payload_source.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t least_literal = 256;  // bytes that are looked at where a script decodes something
constexpr std::size_t least_blob = 512;     // bytes of an unknown file that are worth a word
constexpr std::size_t max_blobs = 2;
constexpr std::size_t max_scripts = 8;           // that come out of literals
constexpr std::size_t max_script = 4u << 20;     // bytes of one of them
constexpr std::size_t max_data_url = 64u << 20;  // bytes of one that is put together by a script
constexpr std::size_t lead_size = 512;

// Characters written as \x41 or \u0041 make up a good part of it: what they hide, or a file.
bool is_escaped(std::string_view text) {
    std::size_t escapes = 0;
    for (std::size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at + 1)) {
        const std::string_view behind = text.substr(at + 1, 1);
        if (behind == "x" || behind == "u") ++escapes;
    }
    return escapes >= 8 && escapes >= text.size() / 32;
}

}  // namespace

bool PayloadSearch::may_try(std::size_t bytes) {
    // What is undone in several ways is one literal.
    if (!undone_ && ++literals_ > max_literals) {
        extraction_.budget().reach("limit.embedded");
        return false;
    }
    constexpr std::size_t readings = 8;  // of the first bytes, at most
    return extraction_.budget().spend_steps(readings * std::min(bytes, 2 * payload_head));
}

void PayloadSearch::search_script(std::string_view script, const ScriptWords& words) {
    if (!extraction_.budget().spend_steps(script.size())) return;
    for (const std::uint8_t key : xor_keys_in(script)) {
        if (keys_.size() < 8 && std::ranges::find(keys_, key) == keys_.end()) keys_.push_back(key);
    }
    if (name_.empty() && words.builds) {
        NamedFile named = file_name_in(script);
        name_ = std::move(named.name);
        name_given_ = named.given;
    }
    search_runs(script, words);
}

void PayloadSearch::search_runs(std::string_view script, const ScriptWords& words) {
    constexpr std::size_t least_without_words = 1'024;
    const LiteralRuns found =
        literal_runs(script, words.any() ? least_literal : least_without_words, max_literals);
    if (found.more) extraction_.budget().reach("limit.embedded");
    const auto source_of = [&](const LiteralRun& run) {
        return PayloadSource{script.substr(run.begin, run.end - run.begin), run.kind, run.size};
    };
    // Pieces first: the first of them alone would be a file that is cut off.
    std::vector<std::pair<std::size_t, std::size_t>> taken;
    for (const LiteralRun& run : found.runs) {
        if (run.kind != LiteralRun::Kind::pieces) continue;
        const std::size_t before = children_;
        try_source(source_of(run), words, true);
        if (children_ > before) taken.emplace_back(run.begin, run.end);
    }
    auto group = taken.begin();
    for (const LiteralRun& run : found.runs) {
        if (run.kind == LiteralRun::Kind::pieces) continue;
        while (group != taken.end() && group->second <= run.begin)
            ++group;
        const bool within = group != taken.end() && group->first <= run.begin;
        if (within && group->first == run.begin) continue;
        try_source(source_of(run), words, within);
    }
}

void PayloadSearch::search_text(std::string_view text, const ScriptWords& words, bool is_aside) {
    try_source({.text = text, .size = text.size()}, words, is_aside);
}

// `within`: it is a piece of something, or pieces that may not belong together: no unknown file by itself.
void PayloadSearch::try_source(const PayloadSource& source, const ScriptWords& words, bool within) {
    if (!may_try(source.size)) return;
    std::string lead;
    source.read([&](std::string_view text) {
        lead += text.substr(0, lead_size - lead.size());
        return lead.size() < lead_size;
    });
    if (base::starts_with_ignoring_case(lead, "data:")) {
        if (extraction_.budget().spend_steps(source.size)) open_data_url(take_text(source, {}, max_data_url));
        return;
    }
    std::vector<Coding> codings = likely_codings(lead);
    if (source.is_quoted() && is_escaped(source.text.substr(0, 1'024)))
        codings.insert(codings.begin(), Coding::plain);
    std::optional<PayloadRecipe> unknown;
    for (const Coding coding : codings) {
        PayloadRecipe recipe{coding};
        if (try_recipe(source, recipe, words) == Outcome::settled) return;
        if (coding != Coding::plain && coding != Coding::percent && !unknown) unknown = recipe;
    }
    // A name or a type may stand before the file in one list.
    if (source.kind == LiteralRun::Kind::strings && source.skip == 0 && !codings.empty()) {
        PayloadSource rest = source;
        rest.skip = 1;
        PayloadRecipe recipe{codings.back()};
        if (try_recipe(rest, recipe, words) == Outcome::settled) return;
    }
    if (try_tricks(source, words)) return;
    if (within || !unknown || source.size < least_blob || !words.builds || !words.decodes) return;
    if (blobs_++ >= max_blobs) return;
    note_drop(Drop::Kind::opaque, fmt::format("{} characters, {}: {}", source.size, unknown->told(), name_));
    (void)add_child(source, *unknown, "blob", "");
}

PayloadSearch::Outcome PayloadSearch::try_recipe(const PayloadSource& source, PayloadRecipe& recipe,
                                                 const ScriptWords& words) {
    std::string head = take_text(source, recipe, payload_head);
    PayloadType type = payload_type(base::as_bytes(head));
    if (type.kind == PayloadKind::text && recipe.coding != Coding::plain && !recipe.twice) {
        const std::vector<Coding> inner = likely_codings(std::string_view(head).substr(0, lead_size));
        if (std::ranges::find(inner, Coding::base64) != inner.end()) {
            PayloadRecipe again = recipe;
            again.twice = true;
            const std::string deeper = take_text(source, again, payload_head);
            const PayloadType inner_type = payload_type(base::as_bytes(deeper));
            if (inner_type.kind != PayloadKind::unknown) {
                recipe = again;
                type = inner_type;
                head = deeper;
            }
        }
    }
    const bool keyed = (type.kind == PayloadKind::unknown || type.kind == PayloadKind::text) &&
                       (find_key(head, recipe, type) || find_long_key(head, recipe, type));
    if (type.kind == PayloadKind::unknown && !keyed) {
        const bool may_be_reversed = recipe.coding != Coding::plain && recipe.coding != Coding::percent;
        if (!may_be_reversed || !extraction_.budget().spend_steps(source.size)) return Outcome::unknown;
        PayloadRecipe backwards{recipe.coding, true};
        head = take_text(source, backwards, payload_head);
        type = payload_type(base::as_bytes(head));
        const bool known = type.kind == PayloadKind::dangerous || type.kind == PayloadKind::markup ||
                           type.kind == PayloadKind::document || find_key(head, backwards, type);
        if (!known) return Outcome::unknown;
        recipe = backwards;
    }
    if (type.kind == PayloadKind::text) {
        // A page that hands it to the reader as a file says by its name what it is.
        const bool coded = recipe.coding != Coding::plain && recipe.coding != Coding::percent;
        if (coded && words.builds && words.decodes) {
            if (const auto kind = named_kind())
                note_drop(*kind, fmt::format("text, {}: {}", recipe.told(), name_));
            (void)add_child(source, recipe, "payload", "");
        } else if (is_script(head)) {
            queue_script(source, recipe);
        }
    } else if (type.kind != PayloadKind::harmless && (type.kind != PayloadKind::markup || is_page(head))) {
        accept(source, recipe, type, words);
    }
    return Outcome::settled;
}

bool PayloadSearch::find_key(std::string& head, PayloadRecipe& recipe, PayloadType& type) const {
    const auto under = [&](ByteKey key) {
        std::string plain = head;
        for (char& c : plain)
            c = static_cast<char>(key.undo(static_cast<std::byte>(c)));
        return plain;
    };
    const auto take = [&](ByteKey key, std::string plain, PayloadType found) {
        recipe.key = key;
        type = found;
        head = std::move(plain);
        return true;
    };
    // A text under a constant is often a text as well: for that the script has to name its constant.
    const auto key = type.kind == PayloadKind::unknown ? find_byte_key(base::as_bytes(head)) : std::nullopt;
    if (key) {
        std::string plain = under(*key);
        const PayloadType found = payload_type(base::as_bytes(plain));
        return take(*key, std::move(plain), found);
    }
    for (const std::uint8_t value : keys_) {
        const ByteKey named{ByteKey::Way::exclusive_or, value};
        std::string plain = under(named);
        const PayloadType found = payload_type(base::as_bytes(plain));
        if (found.kind == PayloadKind::markup || found.kind == PayloadKind::dangerous)
            return take(named, std::move(plain), found);
    }
    return false;
}

void PayloadSearch::accept(const PayloadSource& source, const PayloadRecipe& recipe, PayloadType type,
                           const ScriptWords& words) {
    const std::string evidence = fmt::format("{}, {}: {}", type.name, recipe.told(), name_);
    const bool page = type.kind == PayloadKind::markup;
    if (page && named_kind() && words.builds) {
        note_drop(*named_kind(), evidence);
        (void)add_child(source, recipe, "payload", "");
        return;
    }
    if (page) {
        extraction_.findings().add("html.encoded", part_.id, fmt::format("{}, {}", type.name, recipe.told()));
    } else if (type.kind == PayloadKind::dangerous) {
        const std::string head = take_text(source, recipe, payload_head);
        const bool document = is_office_document(type, base::as_bytes(head));
        note_drop(named_kind().value_or(document ? Drop::Kind::document : Drop::Kind::active), evidence);
    } else if (type.kind == PayloadKind::compressed && words.builds) {
        note_drop(named_kind().value_or(Drop::Kind::document), evidence);
    }
    (void)add_child(source, recipe, page ? "written" : "payload", page ? "text/html" : "");
}

bool PayloadSearch::add_child(const PayloadSource& source, const PayloadRecipe& recipe,
                              std::string_view label, std::string_view type) {
    if (children_ >= max_children) {
        extraction_.budget().reach("limit.embedded");
        return false;
    }
    if (!extraction_.budget().spend_steps(source.size)) return false;
    ++children_;
    Output output = extraction_.new_output();
    recipe.read(source, [&](std::string_view bytes) { return output.write(base::as_bytes(bytes)); });
    ChildSpec spec;
    if (name_.empty() || label == "written") {
        spec.label = children_ == 1 ? std::string(label) : fmt::format("{}-{}", label, children_);
    } else {
        spec.name = name_;
    }
    spec.claimed_type = type;
    spec.opened_by = "html-smuggling";
    return extraction_.add_child(std::move(spec), std::move(output));
}

void PayloadSearch::add_page(std::string_view text) {
    (void)add_child({.text = text, .size = text.size()}, {}, "written", "text/html");
}

std::string PayloadSearch::take_text(const PayloadSource& source, const PayloadRecipe& recipe,
                                     std::size_t most) {
    std::string out;
    recipe.read(source, [&](std::string_view bytes) {
        out += bytes.substr(0, most - out.size());
        return out.size() < most;
    });
    return out;
}

void PayloadSearch::queue_script(const PayloadSource& source, const PayloadRecipe& recipe) {
    if (queued_ >= max_scripts || !extraction_.budget().spend_steps(source.size)) return;
    ++queued_;
    std::string script = take_text(source, recipe, max_script);
    (void)add_recovered(extraction_, "script", script);
    scripts_.push_back(std::move(script));
}

void PayloadSearch::finish(std::vector<PageScript> scripts, const ScriptWords& words) {
    // More come while they are searched.
    for (std::size_t i = 0; i < scripts_.size(); ++i)
        search_script(scripts_[i], words_of(scripts_[i]));
    for (const std::string& script : scripts_)
        scripts.push_back({script});
    if (children_ == 0 && words.builds) {
        for (const PageScript& script : scripts)
            search_short(script.code, words);
    }
    judge_drops(scripts);
}

}  // namespace sekisho::scanner::active

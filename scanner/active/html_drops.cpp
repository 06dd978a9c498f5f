// What a page hands to its reader, and how: html_payloads.h.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "scanner/active/coding.h"
#include "scanner/active/extensions.h"
#include "scanner/active/html_payloads.h"
#include "scanner/active/marks.h"
#include "scanner/active/payload_source.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t least_short = 24;  // bytes of a literal that may be a whole file
constexpr std::size_t most_runs = 64u << 10;
constexpr std::size_t most_drops = 64;

// Base64 or hexadecimal of a text: names, sentences and numbers of ordinary scripts come out as noise.
bool is_coded_text(std::string_view characters) {
    if (std::ranges::any_of(characters, [](char c) { return !is_base64(c); })) return false;
    for (const Coding coding : likely_codings(characters)) {
        std::string out;
        CodingReader(coding).feed(characters, out);
        if (out.size() >= least_short / 2 && looks_textual(base::as_bytes(out)) &&
            std::ranges::none_of(out, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
            return true;
    }
    return false;
}

}  // namespace

std::optional<Drop::Kind> PayloadSearch::named_kind() const {
    constexpr std::array<std::string_view, 5> documents{"one", "onepkg", "slk", "svg", "svgz"};
    if (!name_given_) return std::nullopt;
    const std::string extension = windows_extension(name_);
    if (is_dangerous_extension(extension) || is_archive_extension(extension)) return Drop::Kind::active;
    if (std::ranges::find(documents, extension) != documents.end()) return Drop::Kind::document;
    return std::nullopt;
}

void PayloadSearch::note_drop(Drop::Kind kind, std::string evidence, bool by_link) {
    if (drops_.size() < most_drops)
        drops_.push_back({.kind = kind,
                          .by_link = by_link,
                          .active_name = named_kind() == Drop::Kind::active,
                          .evidence = std::move(evidence)});
}

// Shortcuts and scripts of a line or two. As text they are searched for only under a name that Windows opens.
void PayloadSearch::search_short(std::string_view script, const ScriptWords& words) {
    if (!extraction_.budget().spend_steps(script.size())) return;
    const LiteralRuns found = literal_runs(script, least_short, most_runs);
    if (found.more) extraction_.budget().reach("limit.embedded");
    PayloadSource longest;
    for (const LiteralRun& run : found.runs) {
        if (run.kind != LiteralRun::Kind::strings && run.kind != LiteralRun::Kind::numbers) continue;
        const PayloadSource source{script.substr(run.begin, run.end - run.begin), run.kind, run.size};
        if (source.kind == LiteralRun::Kind::strings && source.size > longest.size) longest = source;
        constexpr std::size_t looked_at = 512;
        const std::string lead = take_text(source, {}, looked_at);
        if (base::starts_with_ignoring_case(lead, "data:") || (words.decodes && is_coded_text(lead)))
            try_source(source, words, true);
    }
    if (children_ > 0 || longest.size == 0 || !named_kind()) return;
    note_drop(*named_kind(), "text: " + name_);
    (void)add_child(longest, {}, "payload", "");
}

void PayloadSearch::judge_drops(std::span<const PageScript> scripts) {
    if (drops_.empty()) return;
    std::size_t size = 0;
    for (const PageScript& script : scripts)
        size += script.code.size();
    if (!extraction_.budget().spend_steps(3 * size)) return;
    const Saving saving = saving_of(scripts);
    for (const Drop& drop : drops_) {
        const auto add = [&](std::string_view id) {
            extraction_.findings().add(id, part_.id, drop.evidence);
        };
        const bool offered = saving == Saving::on_click || (drop.by_link && saving == Saving::never);
        if (drop.kind == Drop::Kind::opaque) {
            add("html.blob");
            if (saving == Saving::by_itself && drop.active_name) add("html.opaque-drop");
        } else if (offered) {
            add("html.offer");
        } else {
            add("html.smuggling");
            if (drop.kind == Drop::Kind::active) add("html.drop");
        }
    }
}

}  // namespace sekisho::scanner::active

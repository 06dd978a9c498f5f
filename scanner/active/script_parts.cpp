#include "scanner/active/script_parts.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_words.h"
#include "scanner/active/extensions.h"
#include "scanner/active/marks.h"
#include "scanner/active/places.h"
#include "scanner/active/script_elements.h"
#include "scanner/active/script_encoder.h"
#include "scanner/active/script_traits.h"
#include "scanner/fold/fold.h"
#include "scanner/padding.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t most_children = 64;
constexpr std::size_t longest_markup = 32u << 20;

bool is_in_body(const Part& part) { return part.name.empty() && part.opened_by == "mime"; }

// Pieces of a file that has a finding of its own.
bool is_piece(const Part& part) {
    constexpr std::array<std::string_view, 7> openers{"wsf", "hta", "encoded-script", "lnk", "html",
                                                      "svg", "pdf"};
    return std::ranges::find(openers, part.opened_by) != openers.end();
}

// A double click opens it in an editor; whoever sends code for reading names it like this.
bool has_text_name(const Part& part) {
    constexpr std::array<std::string_view, 6> texts{"txt", "text", "log", "csv", "tsv", "asc"};
    return std::ranges::find(texts, windows_extension(part.name)) != texts.end();
}

template <std::size_t n>
bool one_of(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::ranges::find(words, word) != words.end();
}

std::optional<fold::Language> language_of(const Part& part) {
    using enum fold::Language;
    if (part.type == "text/javascript") return jscript;
    if (part.type == "text/vbscript") return vba;
    if (part.type == "text/x-powershell") return powershell;
    if (part.type == "text/x-msdos-batch") return batch;
    return std::nullopt;
}

// What the script puts together at run time: words for its traits, and a part of its own.
void fold_strings(const Part& part, ScriptTraits& traits, Extraction& extraction) {
    constexpr std::size_t longest = 2u << 20;
    constexpr std::uint64_t steps_per_byte = 8;
    const auto language = language_of(part);
    const base::Bytes bytes = base::head(part.bytes, longest);
    if (!language || !extraction.budget().spend_steps(steps_per_byte * bytes.size())) return;
    fold::FoldResult folded = fold::fold(text_head(bytes, bytes.size()), *language);
    if (folded.incomplete) extraction.findings().add("fold.limit", part.id, part.type);
    Recovered recovered{fold::recovered_text(folded), std::move(folded.files), folded.steps};
    traits.read_text(recovered.text);
    (void)add_recovered(extraction, part, part.name, std::move(recovered));
}

void judge_traits(const Part& part, Extraction& extraction) {
    constexpr std::size_t piece_size = 1u << 20;
    constexpr std::uint64_t steps_per_byte = 4;
    if (is_in_body(part)) return;
    ScriptTraits traits;
    const Stretches stretches(part.bytes, part.paddings());
    for (const Stretch& stretch : stretches.all()) {
        for (base::Bytes rest = stretch.bytes; !rest.empty();) {
            const base::Bytes piece = base::head(rest, piece_size);
            if (!extraction.budget().spend_steps(steps_per_byte * piece.size())) break;
            traits.read(piece);
            rest = rest.subspan(piece.size());
        }
    }
    fold_strings(part, traits, extraction);
    // Code that is sent for reading does all that and hides nothing.
    if (has_text_name(part) && !traits.has(ScriptTraits::Trait::obfuscated)) return;
    traits.report(part.id, extraction.findings());
}

std::string stem_of(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return std::string(name.substr(0, dot == std::string_view::npos ? name.size() : dot));
}

// `extension`: of the decoded file, which decides who reads it.
void add_decoded(const Part& part, std::string_view text, std::string_view extension,
                 Extraction& extraction) {
    std::size_t count = 0;
    std::size_t from = 0;
    while (count < most_children) {
        const auto block = find_encoded_block(text, from);
        if (!block || !extraction.budget().spend_steps(block->end - block->begin)) break;
        from = block->end;
        Output output = extraction.new_output();
        const DecodedScript decoded = decode_block(*block, output);
        extraction.findings().add("script.encoded", part.id,
                                  decoded.matches ? "Microsoft Script Encoder"
                                                  : "Microsoft Script Encoder, checksum does not hold");
        if (output.size() == 0) continue;
        ChildSpec spec;
        spec.label = ++count == 1 ? "decoded" : fmt::format("decoded:{}", count);
        spec.name = fmt::format("{}.{}", part.name.empty() ? "decoded" : stem_of(part.name), extension);
        spec.opened_by = "encoded-script";
        if (!decoded.matches) spec.flags.set(PartFlag::damaged);
        if (!extraction.add_child(std::move(spec), std::move(output))) break;
    }
}

// Encoded sources say nothing of their language; the extension and the words do.
std::string_view decoded_extension(const Part& part, std::string_view text) {
    const std::string extension = windows_extension(part.name);
    if (extension == "vbe" || extension == "vbs") return "vbs";
    if (extension == "jse" || extension == "js") return "js";
    // The first character of "var", "function", "/*" and "//" is written otherwise than that of "Dim", "Set"
    // and "On": too little to tell by. JScript is what droppers of this kind were written in.
    return base::find_ignoring_case(text, "vbscript") != std::string_view::npos ? "vbs" : "js";
}

// The whole part as text; more than can be held is a limit.
std::string markup_of(const Part& part, Extraction& extraction) {
    if (part.bytes.size() > longest_markup) extraction.budget().reach("limit.part-bytes");
    const base::Bytes bytes = base::head(part.bytes, longest_markup);
    if (!extraction.budget().spend_steps(4 * bytes.size())) return {};
    return text_head(bytes, bytes.size());
}

}  // namespace

void open_script(const Part& part, Extraction& extraction) { judge_traits(part, extraction); }

void open_encoded_script(const Part& part, Extraction& extraction) {
    const std::string text = markup_of(part, extraction);
    add_decoded(part, text, decoded_extension(part, text), extraction);
    judge_traits(part, extraction);  // hosts run what stands around a block, and files that only pretend
}

void open_script_elements(const Part& part, Extraction& extraction) {
    judge_traits(part, extraction);
    const std::string text = markup_of(part, extraction);
    const std::string_view opener = part.type == "application/hta" ? "hta" : "wsf";
    std::size_t count = 0;
    for (std::size_t from = 0; count < most_children;) {
        auto element = find_script_element(text, from);
        if (!element) break;
        from = element->end;
        if (element->source.find("://") != std::string::npos || element->source.starts_with("\\\\")) {
            const std::string evidence = fmt::format("source {}", element->source);
            extraction.findings().add("script.download", part.id, evidence);
            // Tools of a house load their scripts from it; from elsewhere it is whatever stands there today.
            if (!is_of_the_house(place_of(element->source)))
                extraction.findings().add("script.remote-source", part.id, evidence);
        }
        if (element->body.empty()) continue;
        const std::string_view extension = extension_of_language(element->language);
        ChildSpec spec;
        spec.label = fmt::format("script:{}", ++count);
        spec.name = fmt::format("script{}.{}", count, extension.empty() ? "txt" : extension);
        spec.charset = "utf-8";
        spec.opened_by = opener;
        const StoragePtr storage = store_text(std::string(element->body), extraction.budget());
        if (storage == nullptr || !extraction.add_child(std::move(spec), storage->bytes(), storage)) break;
    }
}

void open_registry_script(const Part& part, Extraction& extraction) {
    constexpr std::array<std::string_view, 3> keys{
        "\\currentversion\\run", "\\currentversion\\policies\\explorer\\run", "\\currentversion\\winlogon"};
    const std::string text = base::to_lower(markup_of(part, extraction));
    bool starts = false;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::string_view line = base::trim(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.starts_with('['))
            starts =
                std::ranges::any_of(keys, [&](std::string_view key) { return line.find(key) != line.npos; });
        if (!starts || line.starts_with('[') || line.starts_with(';')) continue;
        const std::string plain = plain_command(line);
        if (starter_in(plain).empty() || fetch_in(plain, {}).empty()) continue;
        extraction.findings().add("script.exec", part.id, line);
        return;
    }
}

void inspect_script(const Part& part, Findings& findings) {
    constexpr std::array<std::string_view, 24> harmless{
        "doc", "docx", "xls", "xlsx", "ppt",  "pptx", "pdf",  "rtf", "odt", "ods", "jpg", "jpeg",
        "png", "gif",  "bmp", "tif",  "tiff", "svg",  "webp", "mp3", "mp4", "zip", "eml", "msg"};
    if (is_in_body(part) || is_piece(part)) return;
    const std::string extension = windows_extension(part.name);
    const std::string evidence = fmt::format("{}: {}", part.type, part.name);
    if (has_text_name(part)) {
        findings.add("script.renamed", part.id, evidence);
        return;
    }
    findings.add("file.script", part.id, evidence);
    if (one_of(extension, harmless)) findings.add("script.disguised", part.id, evidence);
}

}  // namespace sekisho::scanner::active

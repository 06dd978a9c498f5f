#include "scanner/fold/fold.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "scanner/fold/commands.h"
#include "scanner/fold/languages.h"
#include "scanner/fold/output.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

namespace {

constexpr int most_levels = 2;  // of command lines within command lines

void add_counts(FoldCounts& to, const FoldCounts& from) {
    to.joined += from.joined;
    to.short_joined += from.short_joined;
    to.char_calls += from.char_calls;
    to.reversed += from.reversed;
    to.replaced += from.replaced;
    to.salted += from.salted;
    to.long_encoded += from.long_encoded;
    to.decoded += from.decoded;
}

FoldResult fold_level(std::string_view source, Language language, const FoldLimits& limits, int level);

// A share of the work for each, and as much for all as a source has: it can hold as many as it likes.
void fold_commands(FoldResult& result, const std::vector<Folded>& commands, const FoldLimits& limits,
                   int level) {
    FoldLimits share = limits;
    share.max_recovered_bytes = limits.max_recovered_bytes / 8;
    std::uint64_t left = limits.max_steps;
    for (const Folded& command : commands) {
        share.max_steps = std::min(limits.max_steps / 8, left);
        const auto language = language_of_command(command.text);
        if (!language) continue;
        FoldResult inner = fold_level(command.text, *language, share, level + 1);
        left -= std::min(left, inner.steps);
        result.steps += inner.steps;
        result.incomplete = result.incomplete || inner.incomplete;
        add_counts(result.counts, inner.counts);
        if (!inner.recovered.empty()) {
            result.recovered.push_back({inner.text, command.offset, false});
            std::ranges::move(inner.recovered, std::back_inserter(result.recovered));
        }
        std::ranges::move(inner.files, std::back_inserter(result.files));
    }
}

FoldResult fold_level(std::string_view source, Language language, const FoldLimits& limits, int level) {
    const std::string_view read = source.substr(0, limits.max_source_bytes);
    Allowance allowance(8 * read.size() + limits.max_steps);
    Output output(source, limits, allowance);
    switch (language) {
        case Language::vba:
            fold_vba(read, limits, allowance, output);
            break;
        case Language::jscript:
            fold_jscript(read, limits, allowance, output);
            break;
        case Language::powershell:
            fold_powershell(read, limits, allowance, output);
            break;
        case Language::batch:
            fold_batch(read, limits, allowance, output);
            break;
    }
    const std::vector<Folded> commands = output.take_commands();
    FoldResult result = output.finish();
    result.incomplete = result.incomplete || read.size() < source.size();
    if (level < most_levels) fold_commands(result, commands, limits, level);
    return result;
}

}  // namespace

FoldResult fold(std::string_view source, Language language, const FoldLimits& limits) {
    return fold_level(source, language, limits, 0);
}

std::string recovered_text(const FoldResult& result) {
    if (result.recovered.empty()) return {};
    std::string text = result.text;
    for (const Folded& folded : result.recovered)
        if (!folded.placed) text.append("\n").append(folded.text);
    return text;
}

}  // namespace sekisho::scanner::fold

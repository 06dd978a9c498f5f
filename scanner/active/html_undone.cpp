// Literals that the scripts of a page change before they decode them: html_payloads.h.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "scanner/active/html_payloads.h"
#include "scanner/active/payload_source.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t least_changed = 256;  // bytes of a literal that is worth it
constexpr std::size_t most_changed = 16u << 20;

bool is_worth_it(PayloadKind kind) { return kind == PayloadKind::dangerous || kind == PayloadKind::markup; }

}  // namespace

void PayloadSearch::learn(std::string_view script) {
    if (extraction_.budget().spend_steps(script.size())) tricks_.add(script);
}

void PayloadSearch::search_style(std::string_view style, const ScriptWords& words) {
    if (!words.builds || !extraction_.budget().spend_steps(style.size())) return;
    const LiteralRuns found = literal_runs(style, 1'024, max_literals);
    if (found.more) extraction_.budget().reach("limit.embedded");
    for (const LiteralRun& run : found.runs)
        try_source({style.substr(run.begin, run.end - run.begin), run.kind, run.size}, words, true);
}

// True where a file came out of it.
bool PayloadSearch::try_tricks(const PayloadSource& source, const ScriptWords& words) {
    if (undone_ || !words.any() || source.size < least_changed || source.size > most_changed) return false;
    const std::size_t ways =
        1 + tricks_.junk.size() + tricks_.skipped.size() + tricks_.shifts.size() + (tricks_.in_turn ? 2 : 0);
    if (ways == 1 || !extraction_.budget().spend_steps(ways * source.size)) return false;
    const std::size_t before = children_;
    undone_ = true;
    for (const std::string& text : tricks_.undo(take_text(source, {}, most_changed))) {
        try_source({.text = text, .size = text.size()}, words, true);
        if (children_ > before) break;
    }
    undone_ = false;
    return children_ > before;
}

bool PayloadSearch::find_long_key(std::string& head, PayloadRecipe& recipe, PayloadType& type) const {
    constexpr std::size_t glance = 640;
    constexpr std::size_t growing = 14;  // keys that are tried without being named
    if (tricks_.keys.empty() || head.empty() ||
        !extraction_.budget().spend_steps((tricks_.keys.size() + growing) * std::min(head.size(), glance)))
        return false;
    const auto try_key = [&](std::string key, int step) {
        PayloadRecipe keyed = recipe;
        keyed.long_key = std::move(key);
        keyed.key_step = step;
        std::string start = head.substr(0, glance);
        (void)keyed.undo_long_key(start, 0);
        // An image of a disc begins with 32 KB of nothing.
        const bool empty = std::ranges::all_of(start, [](char c) { return c == 0; });
        if (!empty && !is_worth_it(payload_type(base::as_bytes(start)).kind)) return false;
        std::string plain = head;
        (void)keyed.undo_long_key(plain, 0);
        const PayloadType found = payload_type(base::as_bytes(plain));
        if (!is_worth_it(found.kind)) return false;
        recipe = std::move(keyed);
        head = std::move(plain);
        type = found;
        return true;
    };
    for (const std::string& key : tricks_.keys) {
        if (try_key(key, 0)) return true;
    }
    if (type.kind != PayloadKind::unknown) return false;
    // A key that grows or shrinks by one: what the first byte would be says which.
    for (const char first : {'P', 'M', 'R', '7', '\xD0', '{', '<'}) {
        for (const int step : {1, -1}) {
            std::string key(1, static_cast<char>(static_cast<unsigned char>(head[0]) ^
                                                 static_cast<unsigned char>(first)));
            if (try_key(std::move(key), step)) return true;
        }
    }
    return false;
}

}  // namespace sekisho::scanner::active

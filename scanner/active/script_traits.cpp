#include "scanner/active/script_traits.h"

#include <algorithm>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/active/command_words.h"
#include "scanner/active/marks.h"
#include "scanner/active/script_words.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::uint32_t bit(Hint hint) { return 1u << static_cast<unsigned>(hint); }

// What stands around a word: its line, or a window where the line is long.
std::string_view line_at(std::string_view text, std::size_t at) {
    constexpr std::size_t around = 60;
    const std::size_t window = at > around ? at - around : 0;
    const std::size_t begin = text.substr(window, at - window).find_last_of("\r\n");
    const std::size_t from = begin == std::string_view::npos ? window : window + begin + 1;
    const std::string_view line = text.substr(from, 2 * around);
    const std::size_t end = line.find_first_of("\r\n", at - from);
    return base::trim(line.substr(0, end));
}

}  // namespace

void ScriptTraits::note(Trait trait, std::string_view evidence) {
    const auto i = static_cast<std::size_t>(trait);
    if (seen_.at(i)) return;
    seen_.at(i) = true;
    evidence_.at(i) = evidence;
}

void ScriptTraits::read(base::Bytes piece) { read_text(text_head(piece, piece.size())); }

void ScriptTraits::read_text(std::string_view utf8) {
    const std::string lower = base::to_lower(utf8);
    const HintPlaces places = find_hints(lower);
    for (std::size_t i = 0; i < hint_count; ++i) {
        if (places.at.at(i) != std::string_view::npos) hints_ |= 1u << i;
    }
    const auto tell = [&](Trait trait, Hint hint) {
        if (places.has(hint)) note(trait, line_at(lower, places.at.at(static_cast<std::size_t>(hint))));
    };
    const auto tell_pair = [&](Hint object, Hint method) {
        if ((hints_ & bit(object)) == 0 || (hints_ & bit(method)) == 0) return;
        tell(Trait::exec, method);
        tell(Trait::exec, object);
    };
    tell(Trait::exec, Hint::exec);
    tell_pair(Hint::shell_object, Hint::run_method);
    tell_pair(Hint::process, Hint::create);
    tell(Trait::exec, Hint::starter);
    tell(Trait::download, Hint::download);
    tell(Trait::download, Hint::line_fetch);
    tell(Trait::write, Hint::write);
    // "ExecuteGlobal http.responseText", "iex (iwr ...)": what the server gives is run, whatever it is.
    if (has(Trait::download) && (hints_ & bit(Hint::runs_text)) != 0) tell(Trait::exec, Hint::runs_text);
    std::string_view hidden = why_hidden(lower, places);
    if (hidden.empty() && places.has(Hint::starter) && has_encoded_command(lower)) hidden = "encoded command";
    if (hidden.empty()) return;
    note(Trait::obfuscated, hidden);
    // Text that was hidden, and is run as code: whatever it does.
    tell(Trait::exec, Hint::shown_code);
}

void ScriptTraits::report(model::PartId part, Findings& findings) const {
    constexpr std::array<std::string_view, trait_count> ids{"script.exec", "script.download", "script.write",
                                                            "script.obfuscated"};
    for (std::size_t i = 0; i < trait_count; ++i) {
        if (seen_.at(i)) findings.add(ids.at(i), part, evidence_.at(i));
    }
}

}  // namespace sekisho::scanner::active

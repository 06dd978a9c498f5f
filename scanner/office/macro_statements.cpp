#include "scanner/office/macro_statements.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/code_words.h"

namespace sekisho::scanner::office {

namespace {

using Kind = MacroToken::Kind;

bool ends_line(char c) { return c == '\n' || c == '\r'; }

// Behind the opening quote at `at`: where the closing one stands, or the line ends.
std::size_t end_of_literal(std::string_view lower, std::size_t at) {
    std::size_t end = at + 1;
    while (end < lower.size() && !ends_line(lower[end])) {
        if (lower[end] == '"') {
            if (end + 1 >= lower.size() || lower[end + 1] != '"') break;
            ++end;
        }
        ++end;
    }
    return std::min(end, lower.size());
}

}  // namespace

MacroStatement next_statement(std::string_view lower, std::size_t& at) {
    MacroStatement out;
    const std::size_t begin = at;
    std::size_t end = at;  // of the statement; what parts it from the next is behind it
    for (bool ended = false; !ended && at < lower.size() && out.tokens.size() < max_statement_tokens;) {
        const char c = lower[at];
        if (c == '\'' || (out.tokens.empty() && lower.substr(at).starts_with("rem "))) {
            at = std::min(lower.find_first_of("\r\n", at), lower.size());
            continue;
        }
        ended = ends_line(c) || (c == ':' && !lower.substr(at).starts_with(":="));
        if (c == '"') {
            const std::size_t close = end_of_literal(lower, at);
            out.tokens.push_back({Kind::literal, lower.substr(at + 1, close - at - 1)});
            at = close < lower.size() && lower[close] == '"' ? close + 1 : close;
        } else if (is_code_word(c)) {
            const CodeWord word = next_code_word(lower, at);
            out.tokens.push_back({Kind::word, lower.substr(word.begin, word.end - word.begin)});
            at = word.end;
        } else {
            if (!ended && !base::is_space(c)) out.tokens.push_back({Kind::symbol, lower.substr(at, 1)});
            ++at;
        }
        if (!ended) end = at;
    }
    out.text = base::trim(lower.substr(begin, end - begin));
    return out;
}

std::string text_of_literal(std::string_view raw) {
    std::string out;
    out.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        out += raw[i];
        if (raw[i] == '"' && i + 1 < raw.size() && raw[i + 1] == '"') ++i;
    }
    return out;
}

std::vector<MacroTokens> split_arguments(MacroTokens tokens) {
    std::vector<MacroTokens> out;
    if (!tokens.empty() && tokens[0].is_symbol('$')) tokens = tokens.subspan(1);
    bool bracket = !tokens.empty() && tokens[0].is_symbol('(');
    if (bracket) tokens = tokens.subspan(1);
    std::size_t begin = 0;
    std::size_t end = 0;
    int depth = 0;
    for (; end < tokens.size(); ++end) {
        if (tokens[end].is_symbol('(')) ++depth;
        if (tokens[end].is_symbol(')') && --depth < 0) {
            // "Shell (x), 0": the bracket was one of the first argument alone.
            if (!bracket || end + 1 >= tokens.size() || !tokens[end + 1].is_symbol(',')) break;
            bracket = false;
            depth = 0;
        }
        if (!tokens[end].is_symbol(',') || depth > 0) continue;
        out.push_back(tokens.subspan(begin, end - begin));
        begin = end + 1;
    }
    out.push_back(tokens.subspan(begin, end - begin));
    return out;
}

}  // namespace sekisho::scanner::office

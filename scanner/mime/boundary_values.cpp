#include "scanner/mime/boundary_values.h"

#include <algorithm>

#include "base/text.h"
#include "scanner/mime/header.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

// Longer ones are no boundary to any client, and would cost at each comparison.
constexpr std::size_t max_length = 2'048;
constexpr std::size_t max_rfc = 70;  // RFC 2046 section 5.1.1

std::string without(std::string_view text, bool (*drop)(char)) {
    std::string out;
    std::ranges::copy_if(text, std::back_inserter(out), [&](char c) { return !drop(c); });
    return out;
}

// RFC 822 comments taken out; one that never ends reaches to the end.
std::string without_comments(std::string_view text) {
    std::string out;
    int depth = 0;
    for (const char c : text) {
        if (c == '(') ++depth;
        if (depth == 0) out += c;
        if (c == ')' && depth > 0) --depth;
    }
    return out;
}

// Collects what one "boundary = ..." may stand for.
class Collector {
public:
    Collector(std::vector<std::string>& out, Ambiguities& ambiguities)
        : out_(out), ambiguities_(ambiguities) {}

    void add(std::string_view text) {
        text = trim_gaps(text);
        if (text.size() > max_length || out_.size() >= max_boundaries) return;
        if (std::ranges::find(out_, text) == out_.end()) out_.emplace_back(text);
    }

    // With the blanks at its ends, as the RFC has it within quotes.
    void add_as_it_stands(std::string_view text) {
        if (text.size() > max_length || out_.size() >= max_boundaries) return;
        if (std::ranges::find(out_, text) == out_.end()) out_.emplace_back(text);
    }

    // `tail`: the raw field behind the '='.
    void read(std::string_view tail) {
        tail = tail.substr(0, max_length);
        judge_ends(tail);
        const std::string_view value = trim_gaps(tail);
        if (value.starts_with('"')) {
            read_quoted(value);
        } else {
            read_plain(value);
        }
    }

private:
    // Blanks and folds between '=' and the value are no part of it to some, and to some they are.
    void judge_ends(std::string_view tail) {
        if (tail.empty() || !is_gap(tail.front())) return;
        const bool folded = tail.front() == '\r' || tail.front() == '\n';
        ambiguities_.add(folded ? Ambiguity::header_folding : Ambiguity::boundary_blanks, tail);
    }

    void read_quoted(std::string_view value) {
        const std::size_t close = value.find('"', 1);
        if (close == value.npos) {
            ambiguities_.add(Ambiguity::boundary_quoting, value);
            add(value.substr(1, value.find_first_of(";\r\n") - 1));
            add(value.substr(1));
            add(value.substr(0, value.find(';')));
            spread(value.substr(1));
            return;
        }
        const std::string_view inner = value.substr(1, close - 1);
        const std::string_view behind = value.substr(close + 1);
        const std::string_view glued = behind.substr(0, behind.find(';'));
        if (inner.find('\\') != inner.npos) {
            ambiguities_.add(Ambiguity::boundary_quoting, value);
            add(without(inner, [](char c) { return c == '\\'; }));
            add(inner);
        }
        if (!inner.empty() && (is_gap(inner.front()) || is_gap(inner.back())))
            ambiguities_.add(Ambiguity::boundary_blanks, inner);
        add_as_it_stands(inner);
        if (inner.empty()) ambiguities_.add(Ambiguity::boundary_empty, value);
        add(inner);
        if (!trim_gaps(glued).empty() && !is_gap(glued.front())) {
            ambiguities_.add(Ambiguity::boundary_quoting, value);
            add(std::string(inner) + std::string(glued));
            add(glued);
            add(value.substr(0, close + 1 + glued.size()));
            add(without(value.substr(0, close + 1 + glued.size()), [](char c) { return c == '"'; }));
        } else if (inner.size() < value.size() - 2 && inner.empty()) {
            add(glued);
        }
        if (is_odd_in_quotes(inner)) spread(inner);
        add(value.substr(0, close + 1));
    }

    void read_plain(std::string_view value) {
        const std::string_view first = value.substr(0, value.find(';'));
        const std::string_view rest = value.substr(first.size());
        if (trim_gaps(first).empty()) {
            ambiguities_.add(Ambiguity::boundary_empty, value);
            add({});
        }
        // What follows a semicolon is another parameter where it has a '='.
        const std::string_view second = trim_gaps(rest.substr(std::min<std::size_t>(1, rest.size())));
        if (!second.empty() && second.substr(0, second.find(';')).find('=') == second.npos) {
            ambiguities_.add(Ambiguity::boundary_characters, value);
            add(value);
            add(value.substr(0, value.find(';', first.size() + 1)));
            add(second);
        }
        if (is_odd(first)) spread(first);
        add(first);
    }

    static bool is_odd_in_quotes(std::string_view text) {
        return text.find_first_of(std::string_view("\r\n;,\0", 5)) != text.npos ||
               (text.find("=?") != text.npos && text.find("?=") != text.npos);
    }
    static bool is_odd(std::string_view text) {
        return text.find_first_of(std::string_view(" \t\r\n,(\"=?\\'\0", 12)) != text.npos ||
               std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    }

    // Quotes of other kinds around the value, and backslashes within.
    void strip_marks(std::string_view text) {
        const auto is_mark = [](char c) { return c == '\'' || static_cast<unsigned char>(c) >= 0x80; };
        std::string_view inner = trim_gaps(text);
        while (!inner.empty() && is_mark(inner.front()))
            inner.remove_prefix(1);
        while (!inner.empty() && is_mark(inner.back()))
            inner.remove_suffix(1);
        const bool backslash = text.find('\\') != text.npos;
        if (inner.size() == trim_gaps(text).size() && !backslash) return;
        ambiguities_.add(Ambiguity::boundary_quoting, text);
        add(inner);
        if (backslash) add(without(text, [](char c) { return c == '\\'; }));
    }

    // The ways of cutting up an odd value.
    void spread(std::string_view text) {
        const auto cut_at = [&](std::string_view marks, Ambiguity what) {
            const std::size_t at = text.find_first_of(marks);
            if (at == text.npos) return;
            ambiguities_.add(what, text);
            add(text.substr(0, at));
            const std::size_t next = text.find_first_not_of(marks, at);
            if (next != text.npos) add(text.substr(next));
        };
        if (text.find("=?") != text.npos) {
            ambiguities_.add(Ambiguity::header_encoded_word, text);
            add(decode_words(text));
        }
        cut_at(",", Ambiguity::boundary_characters);
        cut_at(";", Ambiguity::boundary_characters);
        strip_marks(text);
        cut_at(" \t", Ambiguity::boundary_characters);
        cut_at("\r\n", Ambiguity::header_folding);
        cut_at(std::string_view("\0", 1), Ambiguity::header_nul);
        if (text.find('(') != text.npos) {
            ambiguities_.add(Ambiguity::header_comment, text);
            add(without_comments(text));
            add(text.substr(0, text.find('(')));
            add(text.substr(text.find('(') + 1));
        }
        if (text.find('"') != text.npos) {
            ambiguities_.add(Ambiguity::boundary_quoting, text);
            add(without(text, [](char c) { return c == '"'; }));
            add(text.substr(0, text.find('"')));
            const std::size_t open = text.find('"');
            add(text.substr(open + 1, text.find('"', open + 1) - open - 1));
        }
        add(without(text, is_gap));
        add(unfold(text));
    }

    std::vector<std::string>& out_;
    Ambiguities& ambiguities_;
};

// Characters that nobody stumbles over, within quotes and without.
bool is_ordinary_value(const Param& param) {
    const std::string& value = param.value;
    if (value.empty() || value.size() > max_rfc || value.front() == ' ' || value.back() == ' ') return false;
    const bool encoded = value.find("=?") != value.npos && value.find("?=") != value.npos;
    const std::string_view marks = param.quoted ? "\"\\;," : "\"\\ (),;";
    return !encoded && value.front() != '\'' && value.find_first_of(marks) == value.npos &&
           std::ranges::all_of(value, [](char c) { return c >= ' ' && c < '\x7F'; });
}

// "; boundary=" and an ordinary value, and nothing but another parameter behind it: nobody differs.
bool is_ordinary(std::string_view raw, const StructuredValue& parsed) {
    const auto is_boundary = [](const Param& param) { return param.name == "boundary"; };
    const auto first = std::ranges::find_if(parsed.params, is_boundary);
    if (first == parsed.params.end() || first->extended || !is_ordinary_value(*first) ||
        std::find_if(first + 1, parsed.params.end(), is_boundary) != parsed.params.end()) {
        return false;
    }
    const std::string text = "boundary=" + (first->quoted ? "\"" + first->value + "\"" : first->value);
    const std::size_t at = base::find_ignoring_case(raw, text);
    if (at == raw.npos) return false;
    const std::string_view before = trim_gaps(raw.substr(0, at));
    const std::string_view behind = trim_gaps(raw.substr(at + text.size()));
    const std::string_view next = trim_gaps(behind.substr(std::min<std::size_t>(1, behind.size())));
    return before.ends_with(';') && (behind.empty() || behind.starts_with(';')) &&
           (next.empty() || next.substr(0, next.find(';')).find('=') != next.npos) &&
           base::find_ignoring_case(behind, "boundary") == behind.npos;
}

// Offset behind "boundary", blanks, RFC 2231 marks and '=', from `from` on; npos where there is none.
std::size_t find_value(std::string_view raw, std::size_t from, Ambiguities& ambiguities) {
    constexpr std::string_view word = "bound";
    // Each run of letters is looked at once: the first word in it ends where all others do.
    for (std::size_t at = base::find_ignoring_case(raw, word, from), end = 0; at != raw.npos;
         at = base::find_ignoring_case(raw, word, end)) {
        end = at + word.size();
        while (end < raw.size() && (base::ascii_lower(raw[end]) >= 'a' && base::ascii_lower(raw[end]) <= 'z'))
            ++end;
        const bool named = base::equals_ignoring_case(raw.substr(at, end - at), "boundary");
        const std::size_t marks = end;
        while (end < raw.size() && (raw[end] == '*' || base::is_digit(raw[end])))
            ++end;
        if (end > marks) ambiguities.add(Ambiguity::boundary_rfc2231, raw.substr(at));
        const std::size_t blanks = end;
        while (end < raw.size() && is_gap(raw[end]))
            ++end;
        if (end >= raw.size() || raw[end] != '=') continue;
        if (end > blanks) ambiguities.add(Ambiguity::boundary_blanks, raw.substr(at));
        const bool part_of_a_word = at > 0 && (raw[at - 1] == '-' || raw[at - 1] == '_');
        if (!named || part_of_a_word) ambiguities.add(Ambiguity::boundary_foreign, raw.substr(at));
        const std::string_view before = trim_gaps(raw.substr(0, at));
        if (!before.ends_with(';')) ambiguities.add(Ambiguity::boundary_characters, raw);
        return end + 1;
    }
    return raw.npos;
}

// `parsed` has one.
const Param& last_boundary(const StructuredValue& parsed) {
    return *std::find_if(parsed.params.rbegin(), parsed.params.rend(),
                         [](const Param& param) { return param.name == "boundary"; });
}

}  // namespace

std::vector<std::string> boundaries_of(std::string_view raw, const StructuredValue& parsed,
                                       Ambiguities& ambiguities) {
    std::vector<std::string> out;
    if (is_ordinary(raw, parsed)) {
        out.push_back(parsed.find("boundary")->value);
        return out;
    }
    Collector collector(out, ambiguities);
    // What the RFCs say comes first.
    std::size_t declared = 0;
    for (const Param& param : parsed.params) {
        if (param.name != "boundary") continue;
        collector.add(param.value);
        if (++declared != 2) continue;
        ambiguities.add(Ambiguity::boundary_duplicate, raw);
        // Then what those read who take the last one, however many stand between the two.
        if (parsed.params.size() > max_boundaries) collector.add(last_boundary(parsed).value);
    }
    constexpr std::size_t max_looks = 8;
    std::size_t looks = 0;
    for (std::size_t at = find_value(raw, 0, ambiguities); at != raw.npos && looks < max_looks;
         at = find_value(raw, at, ambiguities), ++looks) {
        collector.read(raw.substr(at));
    }
    if (std::ranges::any_of(out, [](const std::string& b) { return b.size() > max_rfc; }))
        ambiguities.add(Ambiguity::boundary_long, raw);
    return out;
}

}  // namespace sekisho::scanner::mime

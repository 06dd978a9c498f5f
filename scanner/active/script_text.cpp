#include "scanner/active/script_text.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "scanner/active/coding.h"

namespace sekisho::scanner::active {

namespace {

bool is_word(char c) {
    const char lower = base::ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == '_' || c == '$';
}
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// What may stand between the pieces of one literal.
bool is_joint(char c) {
    return base::is_space(c) || c == '+' || c == ',' || c == '(' || c == ')' || c == '[' || c == ']';
}

// Of \u{...}: at most eight, and none where no brace ends them.
std::size_t digits_to_brace(std::string_view text) {
    const std::size_t brace = text.find('}');
    return brace == text.npos ? 0 : brace;
}

// Finds the runs of a script in one pass.
class Lexer {
public:
    Lexer(std::string_view script, std::size_t least, std::size_t most)
        : script_(script), least_(least), most_(most) {}

    LiteralRuns read() {
        while (at_ < script_.size()) {
            const char c = script_[at_];
            if (is_quote(c)) {
                take_strings();
            } else if (c == '/' && skip_comment()) {
                continue;
            } else if (base::is_digit(c) && (at_ == 0 || !is_word(script_[at_ - 1]))) {
                take_numbers();
            } else if (is_base64(c)) {
                take_word();
            } else {
                ++at_;
            }
        }
        end_pieces();
        return std::move(out_);
    }

private:
    static constexpr std::size_t gap = 80;         // bytes of code between pieces that belong together
    static constexpr std::size_t least_raw = 512;  // no name in code is as long

    void add(LiteralRun run) {
        if (run.size < least_) return;
        if (out_.runs.size() >= most_) {
            out_.more = true;
            return;
        }
        out_.runs.push_back(run);
    }

    // True where a comment stood at `at_` and is behind us. Only short ones: what looks like the beginning of
    // a comment in a regular expression is to hide nothing.
    bool skip_comment() {
        constexpr std::size_t longest = 400;
        const std::string_view rest = script_.substr(at_, longest);
        const bool line = rest.starts_with("//");
        if (!line && !rest.starts_with("/*")) return false;
        const std::size_t end = line ? rest.find('\n') : rest.find("*/", 2);
        if (end == rest.npos) return false;
        at_ += end + (line ? 1 : 2);
        return true;
    }

    void take_strings() {
        LiteralRun run{.begin = at_};
        for (;;) {
            const Literal literal = literal_at(script_, at_);
            run.size += literal.raw.size();
            run.end = at_ = literal.end;
            std::size_t next = at_;
            while (next < script_.size() && is_joint(script_[next]))
                ++next;
            if (next == script_.size() || !is_quote(script_[next])) break;
            at_ = next;
        }
        add(run);
        if (run.size < LiteralRun::least_piece) return;
        if (pieces_.size > 0 && run.begin - pieces_.end <= gap) {
            pieces_.size += run.size;
            pieces_.end = run.end;
            ++piece_count_;
            return;
        }
        end_pieces();
        pieces_ = run;
        pieces_.kind = LiteralRun::Kind::pieces;
        piece_count_ = 1;
    }
    void end_pieces() {
        if (piece_count_ > 1) add(pieces_);
        pieces_ = {};
        piece_count_ = 0;
    }

    void take_word() {
        LiteralRun run{.kind = LiteralRun::Kind::raw, .begin = at_};
        ++at_;
        while (at_ < script_.size() && is_base64(script_[at_]))
            ++at_;
        run.end = at_;
        run.size = run.end - run.begin;
        if (run.size >= least_raw) add(run);
    }

    void take_numbers() {
        LiteralRun run{.kind = LiteralRun::Kind::numbers, .begin = at_};
        std::size_t count = 0;
        std::size_t at = at_;
        while (at < script_.size() && base::is_digit(script_[at])) {
            while (at < script_.size() && is_word(script_[at]))
                ++at;
            run.end = at;
            ++count;
            while (at < script_.size() && base::is_space(script_[at]))
                ++at;
            if (at == script_.size() || script_[at] != ',') break;
            ++at;
            while (at < script_.size() && (base::is_space(script_[at]) || script_[at] == '-'))
                ++at;
        }
        at_ = run.end;
        run.size = run.end - run.begin;
        // A single number is code, or base64 that begins with a digit.
        if (count > 1) return add(run);
        at_ = run.begin;
        take_word();
    }

    std::string_view script_;
    std::size_t least_;
    std::size_t most_;
    std::size_t at_ = 0;
    LiteralRuns out_;
    LiteralRun pieces_;
    std::size_t piece_count_ = 0;
};

}  // namespace

LiteralRuns literal_runs(std::string_view script, std::size_t least, std::size_t most) {
    return Lexer(script, least, most).read();
}

Literal literal_at(std::string_view script, std::size_t at) {
    const char quote = script[at];
    Literal literal;
    std::size_t end = at + 1;
    for (; end < script.size() && script[end] != quote; ++end) {
        if (script[end] == '\\') {
            literal.escaped = true;
            ++end;
            // A CR LF is one line end.
            if (end + 1 < script.size() && script[end] == '\r' && script[end + 1] == '\n') ++end;
        } else if (quote != '`' && (script[end] == '\n' || script[end] == '\r')) {
            break;
        }
    }
    end = std::min(end, script.size());
    literal.raw = script.substr(at + 1, end - at - 1);
    literal.end = std::min(end + 1, script.size());
    return literal;
}

std::size_t unescape(std::string_view raw, std::size_t from, std::size_t most, std::string& out) {
    std::size_t at = from;
    while (at < raw.size() && out.size() < most) {
        if (raw[at] != '\\') {
            const std::size_t next = std::min(raw.find('\\', at), raw.size());
            const std::size_t n = std::min(next - at, most - out.size());
            out += raw.substr(at, n);
            at += n;
            continue;
        }
        if (++at == raw.size()) break;
        const char c = raw[at++];
        if (c == 'x' || c == 'u') {
            const std::size_t brace = c == 'u' && at < raw.size() && raw[at] == '{' ? 1 : 0;
            std::size_t digits = c == 'x' ? 2 : 4;
            if (brace != 0) digits = digits_to_brace(raw.substr(at + 1, 9));
            const auto value = digits == 0 ? std::nullopt : hex_at(raw, at + brace, digits);
            if (!value) {
                out += c;
                continue;
            }
            append_code(*value, out);
            at += digits + 2 * brace;
        } else if (c >= '0' && c <= '7') {
            std::uint32_t value = static_cast<std::uint32_t>(c - '0');
            for (int i = 0; i < 2 && at < raw.size() && raw[at] >= '0' && raw[at] <= '7' && value < 32; ++i)
                value = value * 8 + static_cast<std::uint32_t>(raw[at++] - '0');
            append_code(value, out);
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && at < raw.size() && raw[at] == '\n') ++at;  // the string goes on
        } else {
            constexpr std::string_view letters = "nrtbfv";
            constexpr std::string_view meant = "\n\r\t\b\f\v";
            const std::size_t letter = letters.find(c);
            out += letter == letters.npos ? c : meant[letter];
        }
    }
    return std::min(at, raw.size());
}

}  // namespace sekisho::scanner::active

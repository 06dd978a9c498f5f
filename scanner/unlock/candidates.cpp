#include "scanner/unlock/candidates.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "scanner/unlock/keywords.h"
#include "scanner/unlock/text32.h"
#include "scanner/unlock/token_shape.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;

constexpr std::size_t max_run = 256;           // characters without a blank that are taken as one
constexpr std::size_t max_line = 4'096;        // longer lines are read in pieces
constexpr std::size_t max_keywords = 500;      // that are followed up, per text
constexpr std::size_t look_ahead = 160;        // characters behind a keyword, on its line
constexpr std::size_t lines_below = 8;         // lines below a keyword
constexpr std::size_t chars_below = 600;       // and characters
constexpr std::size_t max_quoted = 200;        // per text
constexpr std::size_t max_plain_tokens = 300;  // per text

class Harvest {
public:
    Harvest(std::string_view utf8, Passwords& out) : wide_(utf8), text_(readable(utf8)), out_(out) {}

    void keywords() {
        std::size_t followed = 0;
        for (std::size_t at = 0; at < text_.size() && followed < max_keywords; ++at) {
            const auto hit = keyword_at(text_, at);
            if (!hit) continue;
            ++followed;
            follow(at, *hit);
            at += hit->length - 1;
        }
        for (const auto& [token, language] : strong_)
            add(token, PasswordSource::keyword, language);
        for (const auto& [token, language] : weak_)
            add(token, PasswordSource::keyword, language);
    }

    void quoted_tokens() {
        std::size_t left = max_quoted;
        for (std::size_t at = 0; at < text_.size() && left > 0; ++at) {
            const View inside = quoted(at);
            if (inside.empty() || !all(inside, is_token_char) || inside.size() < 2 || is_address(inside))
                continue;
            add(inside, PasswordSource::quoted_token, {});
            --left;
        }
        for (std::size_t at = 0; at < text_.size() && left > 0;) {
            const View line = View(text_).substr(at, line_end(at) - at);
            at += line.size() + 1;
            const View token = undecorated(line);
            if (!is_lone(token) || (is_stop_word(token))) continue;
            add(token, PasswordSource::quoted_token, {});
            --left;
        }
    }

    // Every token (`shaped`: only those that look like a password).
    void tokens(PasswordSource source, bool shaped) {
        std::size_t left = max_plain_tokens;
        for (std::size_t at = 0; at < text_.size() && left > 0;) {
            if (!is_token_char(text_[at])) {
                ++at;
                continue;
            }
            const View run = token_at(at);
            at += std::max<std::size_t>(run.size(), 1);
            if (run.size() > max_token) continue;
            left -= std::min(left, plain(run, source, shaped));
        }
    }

    void file_name() {
        const std::size_t dot = text_.rfind(U'.');
        if (dot != std::u32string::npos && dot > 0 && text_.size() - dot <= 6) text_.resize(dot);
        keywords();
        add(text_, PasswordSource::file_name, {});
        pieces(PasswordSource::file_name, [](char32_t c) { return is_letter(c) || is_digit(c); });
        pieces(PasswordSource::file_name, is_digit);
    }

private:
    using Found = std::pair<std::u32string, std::string_view>;

    // All three look no further than a bounded stretch: that is what keeps hostile one-line texts linear.
    std::size_t line_end(std::size_t at) const {
        const std::size_t end = View(text_).substr(at, max_line).find(U'\n');
        return end == View::npos ? std::min(text_.size(), at + max_line) : at + end;
    }
    std::size_t line_begin(std::size_t at) const {
        const std::size_t first = at - std::min(at, look_ahead);
        const std::size_t before = View(text_).substr(first, at - first).rfind(U'\n');
        return before == View::npos ? first : first + before + 1;
    }
    View token_at(std::size_t at) const {
        std::size_t end = at;
        while (end < text_.size() && end - at < max_run && is_token_char(text_[end]))
            ++end;
        return View(text_).substr(at, end - at);
    }
    // What stands in quotes or brackets that open at `at`, on one line, at most max_token; empty otherwise.
    View quoted(std::size_t at) const {
        const char32_t closer = closer_of(text_[at]);
        if (closer == U'\0') return {};
        for (std::size_t end = at + 1; end < text_.size() && end - at <= max_token + 1; ++end) {
            if (text_[end] == U'\n') break;
            if (closes(text_[end], closer)) return View(text_).substr(at + 1, end - at - 1);
        }
        return {};
    }
    static bool is_lone(View token) {
        return token.size() >= 2 && token.size() <= max_token && all(token, is_token_char) &&
               !is_address(token) && any(token, [](char32_t c) { return is_letter(c) || is_digit(c); });
    }

    void add(View token, PasswordSource source, std::string_view language) {
        const std::string raw = wide_.raw_form_of(token);
        out_.add({to_utf8(token), source, std::string(language)});
        if (!raw.empty()) out_.add({raw, source, std::string(language)});
    }

    // The token without the punctuation that ends sentences, then as it stands, then what follows a colon.
    void note(std::vector<Found>& list, View token, std::string_view language) {
        const View bare = strip(token);
        if (bare.size() < 2) return;
        list.emplace_back(bare, language);
        if (bare.size() != token.size()) {
            View once = token;
            while (once.size() > bare.size()) {
                list.emplace_back(once, language);
                once.remove_suffix(1);
            }
        }
        const std::size_t colon = bare.rfind(U':');
        if (colon != View::npos && bare.size() - colon > 2)
            list.emplace_back(bare.substr(colon + 1), language);
    }

    void follow(std::size_t at, const KeywordHit& hit) {
        const std::size_t behind = at + hit.length;
        const std::size_t end = std::min(line_end(behind), behind + look_ahead);
        const bool found = directly_behind(behind, end, hit);
        if (hit.weak) return;
        const bool further = rest_of_line(behind, end, hit.language, found ? weak_ : strong_);
        below(line_end(behind), hit.language, found || further ? weak_ : strong_);
        same_line(at, hit.language);
    }

    // "パスワード（解凍用）：「abc」": fillers and linking words, then quotes or a token.
    bool directly_behind(std::size_t at, std::size_t end, const KeywordHit& hit) {
        bool separated = false;
        bool linked = false;
        bool found = false;
        while (at < end) {
            const View inside = quoted(at);
            if (!inside.empty()) {
                if (hit.weak && !separated && !linked) return false;
                const bool brackets = text_[at] == U'(' || text_[at] == U'[' || text_[at] == U'<';
                if (!brackets || all(inside, is_token_char)) {
                    if (!is_stop_word(inside)) note(strong_, inside, hit.language);
                    if (!brackets) return true;
                    found = found || looks_like_password(inside);
                }
                at += inside.size() + 2;
                continue;
            }
            const std::size_t link = link_at(text_, at);
            if (link > 0 && !is_plain_token(at, link, separated)) {
                linked = true;
                at += link;
            } else if (is_filler(text_[at]) || closer_of(text_[at]) != U'\0') {
                separated = separated || is_separator(text_[at]);
                ++at;
            } else {
                break;
            }
        }
        return at < end ? token_behind(at, end, separated, linked, hit) || found : found;
    }

    // A linking word that is really the whole password: "Password: is2022", "PW: es".
    bool is_plain_token(std::size_t at, std::size_t link, bool separated) const {
        const View token = token_at(at);
        return token.size() > link || (separated && token.size() == link && at + link == line_end(at));
    }

    bool token_behind(std::size_t at, std::size_t end, bool separated, bool linked, const KeywordHit& hit) {
        const View token = token_at(at);
        if (token.size() > max_token) return false;
        if (token.empty()) return separated && !hit.weak && foreign_token(at, end, hit.language);
        if (hit.weak && !separated && !(linked && any(token, is_digit))) return false;
        const bool last =
            trim(View(text_).substr(at + token.size(), line_end(at) - at - token.size())).empty();
        const View bare = strip(token);
        if (is_address(token)) return false;
        if (!separated && !linked && !looks_like_password(bare)) {
            // "Password Zebra" at the end of a line may be one; "password protected files" is none.
            if (last && !is_stop_word(bare)) note(weak_, token, hit.language);
            return false;
        }
        if (!last && is_stop_word(bare)) return false;
        note(strong_, token, hit.language);
        if (!last) with_blanks(at, end, hit.language);
        return true;
    }

    // "Password: correct horse battery": the whole rest of a short line.
    void with_blanks(std::size_t at, std::size_t end, std::string_view language) {
        const View rest = trim(View(text_).substr(at, end - at));
        const auto blanks = std::ranges::count_if(rest, is_blank);
        if (rest.size() <= 40 && blanks <= 4 && blanks > 0) note(weak_, rest, language);
    }

    // A password in kana, Han or Hangul: only behind a colon, and not where it reads like prose.
    bool foreign_token(std::size_t at, std::size_t end, std::string_view language) {
        std::size_t stop = at;
        while (stop < end && !is_blank(text_[stop]) &&
               View(U"。、，,（(」』\n").find(text_[stop]) == View::npos)
            ++stop;
        const View token = View(text_).substr(at, stop - at);
        if (token.size() < 2 || token.size() > 32 || is_prose(token)) return false;
        note(weak_, token, language);
        return true;
    }

    // "Password for invoice.zip: 4432", "the password to open it is 4432".
    bool rest_of_line(std::size_t at, std::size_t end, std::string_view language, std::vector<Found>& list) {
        bool found = false;
        while (at < end) {
            const bool colon =
                text_[at] == U':' || text_[at] == U'=' || text_[at] == U'→' || text_[at] == U'⇒';
            const std::size_t link = colon ? 1 : link_at(text_, at);
            if (link == 0) {
                ++at;
                continue;
            }
            at += link;
            std::size_t start = at;
            while (start < end && (is_filler(text_[start]) || closer_of(text_[start]) != U'\0'))
                ++start;
            if (start >= end) break;
            const View token = token_at(start);
            const View bare = strip(token);
            if (bare.size() < 2 || token.size() > max_token || is_address(token) || is_stop_word(bare))
                continue;
            if (!colon && !looks_like_password(bare)) continue;
            note(list, token, language);
            found = true;
            at = std::max(at, start + token.size());
        }
        return found;
    }

    // The password on a line of its own below: "パスワードは以下の通りです。\n\n  Ab3xyz\n".
    void below(std::size_t at, std::string_view language, std::vector<Found>& list) {
        const std::size_t limit = std::min(text_.size(), at + chars_below);
        std::size_t emitted = 0;
        for (std::size_t lines = 0; lines < lines_below && at < limit && emitted < 3; ++lines) {
            ++at;  // the newline
            if (at >= limit) break;
            const View line = View(text_).substr(at, std::min(line_end(at), limit) - at);
            at += line.size();
            if (line_end(at) != at) break;  // cut by the limit
            View token = undecorated(line);
            const std::size_t label = token.rfind(U':');
            if (!is_lone(token) && label != View::npos) token = undecorated(token.substr(label + 1));
            if (!is_lone(token)) {
                token = leading_token(line);
                if (token.empty()) continue;
            }
            if (is_stop_word(token)) continue;
            note(list, token, language);
            ++emitted;
        }
    }

    // "abc123 です" and "4432 (4 digits)" on the line below.
    static View leading_token(View line) {
        line = undecorated(line);
        std::size_t end = 0;
        while (end < line.size() && is_token_char(line[end]))
            ++end;
        const View token = strip(line.substr(0, end));
        return looks_like_password(token) && line.size() - token.size() <= 12 ? token : View();
    }

    // "4432 ist das Passwort", "「Ab3xyz」がパスワードです": what looks like a password before the keyword.
    void same_line(std::size_t keyword, std::string_view language) {
        for (std::size_t at = line_begin(keyword); at < keyword;) {
            const View inside = quoted(at);
            if (inside.size() >= 2 && all(inside, is_token_char) && at + inside.size() < keyword) {
                note(weak_, inside, language);
                at += inside.size() + 2;
                continue;
            }
            const View token = token_at(at);
            const bool starts = at == 0 || !is_token_char(text_[at - 1]);
            if (starts && at + token.size() <= keyword && looks_like_password(strip(token)))
                note(weak_, token, language);
            at += std::max<std::size_t>(token.size(), 1);
        }
    }

    // One run of token characters: itself where it looks the part, and what brackets and slashes cut it into.
    std::size_t plain(View run, PasswordSource source, bool shaped) {
        const View bare = strip(run);
        if (is_address(run)) return 0;
        std::size_t added = 0;
        const auto offer = [&](View token) {
            if (token.size() < 2 || (shaped && !looks_like_password(token))) return;
            add(token, source, {});
            ++added;
        };
        offer(bare);
        std::size_t begin = 0;
        for (std::size_t at = 0; at <= run.size(); ++at) {
            if (at < run.size() && View(U"()[]<>{}:;,\"'=/|").find(run[at]) == View::npos) continue;
            if (at - begin < bare.size()) offer(strip(run.substr(begin, at - begin)));
            begin = at + 1;
        }
        return added;
    }

    void pieces(PasswordSource source, bool (*belongs)(char32_t)) {
        std::size_t begin = 0;
        for (std::size_t at = 0; at <= text_.size(); ++at) {
            if (at < text_.size() && belongs(text_[at])) continue;
            if (at - begin >= 3 && at - begin <= max_token)
                add(View(text_).substr(begin, at - begin), source, {});
            begin = at + 1;
        }
    }

    WideRuns wide_;
    std::u32string text_;
    Passwords& out_;
    std::vector<Found> strong_;
    std::vector<Found> weak_;
};

}  // namespace

void harvest_text(std::string_view utf8, Passwords& out) {
    Harvest harvest(utf8, out);
    harvest.keywords();
    harvest.quoted_tokens();
    harvest.tokens(PasswordSource::token, true);
}

void harvest_subject(std::string_view utf8, Passwords& out) {
    Harvest harvest(utf8, out);
    harvest.keywords();
    harvest.tokens(PasswordSource::subject, false);
}

void harvest_file_name(std::string_view utf8, Passwords& out) { Harvest(utf8, out).file_name(); }

}  // namespace sekisho::scanner::unlock

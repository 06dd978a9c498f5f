#include "scanner/unlock/keyword_finds.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "scanner/unlock/keywords.h"
#include "scanner/unlock/password_rules.h"
#include "scanner/unlock/text_reader.h"
#include "scanner/unlock/token_shape.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;
using List = std::vector<Found>;

constexpr std::size_t max_keywords = 500;    // that are followed up, per text
constexpr std::size_t lines_below = 8;       // lines below a keyword
constexpr std::size_t chars_below = 600;     // and characters
constexpr std::size_t tokens_below = 3;      // and tokens that are taken there
constexpr std::size_t max_foreign = 32;      // characters of a password in kana, Han or Hangul
constexpr std::size_t spelled_within = 200;  // characters over which a password may be spelled out

// A figure of a sentence or a form, not a password: a date, "2024年", "1.8MB".
bool is_figure_at(View text, View token, std::size_t end) {
    return is_figure(token) || (all(token, is_digit) && end < text.size() && is_counter(text[end]));
}

class Follower {
public:
    Follower(View text, std::string_view date) : text_(text), reader_(text), rules_(text, date) {}

    KeywordFinds finds() && {
        std::size_t followed = 0;
        for (std::size_t at = next_place(text_, 0); at < text_.size() && followed < max_keywords;
             at = next_place(text_, at + 1)) {
            // "/password?ref=1234" in a link is no keyword.
            if (text_[at] == U':') {
                if (reader_.is_at(at, U"://")) at += reader_.token_at(at).size() - 1;
                continue;
            }
            const auto hit = keyword_at(text_, at);
            if (!hit) continue;
            ++followed;
            const std::size_t strong = finds_.strong.size();
            const std::size_t weak = finds_.weak.size();
            follow(at, *hit);
            for (std::size_t i = strong; i < finds_.strong.size(); ++i)
                finds_.strong[i].keyword = at;
            for (std::size_t i = weak; i < finds_.weak.size(); ++i)
                finds_.weak[i].keyword = at;
            at += hit->length - 1;
        }
        return std::move(finds_);
    }

private:
    // The token without the punctuation that ends sentences, then as it stands, then what follows a colon.
    static void note(List& list, View token, std::string_view language) {
        const View bare = strip(token);
        if (bare.size() < 2) return;
        list.push_back({std::u32string(bare), language});
        for (View once = token; once.size() > bare.size(); once.remove_suffix(1))
            list.push_back({std::u32string(once), language});
        const std::size_t colon = bare.rfind(U':');
        if (colon != View::npos && bare.size() - colon > 2)
            list.push_back({std::u32string(bare.substr(colon + 1)), language});
    }

    // The token at `at`, and with the marks that stand right before it: "#Qa7", "_tmp", "*Blue77*".
    void note_marked(List& list, View token, std::size_t at, std::string_view language) {
        note(list, token, language);
        constexpr std::size_t most = 2;
        std::size_t begin = at;
        while (begin > 0 && at - begin < most && View(U"-_#*~.").find(text_[begin - 1]) != View::npos)
            --begin;
        const bool is_rule = begin > 0 && View(U"-_#*~.").find(text_[begin - 1]) != View::npos;
        if (begin < at && !is_rule) note(list, text_.substr(begin, at - begin + token.size()), language);
    }

    void follow(std::size_t at, const KeywordHit& hit) {
        const std::size_t behind = at + hit.length;
        const std::size_t end = std::min(reader_.line_end(behind), behind + TextReader::look_around);
        const bool found = directly_behind(behind, end, hit);
        if (hit.weak) return;
        const std::size_t begin = reader_.line_begin(at);
        for (const std::u32string& token : rules_.apply(text_.substr(begin, end - begin)))
            (found ? finds_.weak : finds_.strong).push_back({token, hit.language});
        if (tells_elsewhere(text_.substr(behind, end - behind))) return;
        const bool further = rest_of_line(behind, end, hit.language, found ? finds_.weak : finds_.strong);
        const bool lower =
            below(reader_.line_end(behind), hit.language, found || further ? finds_.weak : finds_.strong);
        same_line(at, hit.language, found || further || lower);
    }

    // "パスワード（解凍用）：「abc」": fillers and linking words, then quotes or a token.
    bool directly_behind(std::size_t at, std::size_t end, const KeywordHit& hit) {
        bool separated = false;
        bool linked = false;
        bool found = false;
        while (at < end) {
            const View inside = reader_.quoted(at);
            if (!inside.empty()) {
                if (hit.weak && !separated && !linked) return false;
                const bool brackets = text_[at] == U'(' || text_[at] == U'[' || text_[at] == U'<';
                if (!brackets || all(inside, is_token_char)) {
                    note_quoted(at, inside, brackets && separated, hit.language);
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

    // Brackets may be a note, "(8 characters)", or the first of the password: "(^_^)9".
    void note_quoted(std::size_t at, View inside, bool may_be_part, std::string_view language) {
        if (!is_stop_word(inside)) note(finds_.strong, inside, language);
        const View whole = reader_.token_at(at);
        if (may_be_part && whole.size() > inside.size() + 2 && whole.size() <= max_token)
            note(finds_.strong, whole, language);
    }

    // A linking word that is really the whole password: "Password: is2022", "PW: es".
    bool is_plain_token(std::size_t at, std::size_t link, bool separated) const {
        const View token = reader_.token_at(at);
        return token.size() > link ||
               (separated && token.size() == link && at + link == reader_.line_end(at));
    }

    bool token_behind(std::size_t at, std::size_t end, bool separated, bool linked, const KeywordHit& hit) {
        const View token = reader_.token_at(at);
        if (token.size() > max_token) return false;
        if (token.empty()) return separated && !hit.weak && foreign_token(at, end, hit.language);
        if (hit.weak && !separated && !(linked && any(token, is_digit))) return false;
        if (note_spelled(at, hit.language)) return true;
        const std::size_t behind = at + token.size();
        const View rest = trim(text_.substr(behind, reader_.line_end(at) - behind));
        const View bare = strip(token);
        if (is_address(token)) return false;
        if (!separated && !linked && !looks_like_password(bare)) {
            if (is_stop_word(bare)) return false;
            // "パスワード Zebra を入力": the particle says that the word is what one types.
            const bool is_object = particle_at(rest, 0) > 0;
            // "Password Zebra" at the end of a line may be one; "password protected files" is none.
            if (is_object || rest.empty()) note(finds_.weak, token, hit.language);
            return is_object;
        }
        if (!rest.empty() && is_stop_word(bare)) return false;
        // "パスワードは90日ごとに": a count where no sign says that the value follows.
        if (!separated && all(token, is_digit) && behind < end && is_counter(text_[behind])) return false;
        note_marked(finds_.strong, token, at, hit.language);
        if (!rest.empty()) with_blanks(at, end, hit.language);
        return true;
    }

    // "Password: correct horse battery": the whole rest of a short line; and where what stands first is a
    // note or hidden from the reader, the token behind it.
    void with_blanks(std::size_t at, std::size_t end, std::string_view language) {
        const View rest = trim(text_.substr(at, end - at));
        const auto blanks = std::ranges::count_if(rest, is_blank);
        if (rest.size() <= 40 && blanks <= 4 && blanks > 0) note(finds_.weak, rest, language);
        std::size_t next = at + reader_.token_at(at).size();
        while (next < end && is_blank(text_[next]))
            ++next;
        if (next >= end) return;
        const View token = reader_.token_at(next);
        if (any(token, is_digit) && is_lone(token) && !is_figure_at(text_, token, next + token.size()))
            note(finds_.weak, token, language);
    }

    // "K 7 M 2 P 9", or one character in each cell of a table.
    bool note_spelled(std::size_t at, std::string_view language) {
        constexpr std::size_t shortest = 4;
        std::u32string out;
        for (const std::size_t end = std::min(text_.size(), at + spelled_within); at < end; ++at) {
            if (is_blank(text_[at]) || text_[at] == U'\n' || text_[at] == U'|') continue;
            if (reader_.token_at(at).size() != 1) break;
            out.push_back(text_[at]);
        }
        if (out.size() < shortest || !any(out, [](char32_t c) { return is_letter(c) || is_digit(c); }))
            return false;
        finds_.strong.emplace_back(std::move(out), language);
        return true;
    }

    // A password in kana, Han or Hangul: only behind a colon, and not where it reads like prose.
    bool foreign_token(std::size_t at, std::size_t end, std::string_view language) {
        std::size_t stop = at;
        while (stop < end && !is_blank(text_[stop]) &&
               View(U"。、，,（(」』\n").find(text_[stop]) == View::npos)
            ++stop;
        const View token = text_.substr(at, stop - at);
        if (token.size() < 2 || token.size() > max_foreign || is_prose(token)) return false;
        note(finds_.weak, token, language);
        return true;
    }

    // A colon that says that a value follows: not that of a time or a link.
    bool is_value_sign(std::size_t at) const {
        if (View(U":=→⇒").find(text_[at]) == View::npos) return false;
        const bool in_time =
            at > 0 && is_digit(text_[at - 1]) && at + 1 < text_.size() && is_digit(text_[at + 1]);
        return !in_time && !reader_.is_at(at, U"://");
    }

    // "Password for invoice.zip: 4432", "the password to open it is 4432",
    // "パスワードはひらがなで「さくら」".
    bool rest_of_line(std::size_t at, std::size_t end, std::string_view language, List& list) {
        bool found = false;
        while (at < end) {
            if (reader_.is_at(at, U"://")) {
                at += std::max<std::size_t>(reader_.token_at(at).size(), 1);
                continue;
            }
            if (const View inside = word_in_quotes(at); !inside.empty()) {
                note(finds_.weak, inside, language);
                at += inside.size() + 2;
                continue;
            }
            const bool sign = is_value_sign(at);
            const std::size_t link = sign ? 1 : link_at(text_, at);
            if (link == 0) {
                ++at;
                continue;
            }
            at += link;
            const std::size_t start = behind_fillers(at, end);
            if (start >= end) break;
            const View token = reader_.token_at(start);
            const View bare = strip(token);
            if (bare.size() < 2 || token.size() > max_token || is_address(token) || is_stop_word(bare) ||
                is_figure_at(text_, token, start + token.size()))
                continue;
            if (!sign && !looks_like_password(bare)) continue;
            note_marked(list, token, start, language);
            found = true;
            at = std::max(at, start + token.size());
        }
        return found;
    }

    std::size_t behind_fillers(std::size_t at, std::size_t end) const {
        while (at < end && (is_filler(text_[at]) || closer_of(text_[at]) != U'\0'))
            ++at;
        return at;
    }

    // What stands in quotes at `at` and may be a password of any script; empty otherwise.
    View word_in_quotes(std::size_t at) const {
        if (View(U"「『“").find(text_[at]) == View::npos) return {};
        const View inside = reader_.quoted(at);
        const bool is_word = inside.size() >= 2 && inside.size() <= max_foreign && !any(inside, is_blank) &&
                             !is_prose(inside) && !is_address(inside) && !is_figure(inside);
        return is_word ? inside : View();
    }

    // The password on a line of its own below: "パスワードは以下の通りです。\n\n  Ab3xyz\n".
    bool below(std::size_t at, std::string_view language, List& list) {
        const std::size_t limit = std::min(text_.size(), at + chars_below);
        std::size_t taken = 0;
        for (std::size_t lines = 0; lines < lines_below && at < limit && taken < tokens_below; ++lines) {
            ++at;  // the newline
            if (at >= limit) break;
            const std::size_t begin = at;
            const View line = text_.substr(at, std::min(reader_.line_end(at), limit) - at);
            at += line.size();
            if (reader_.line_end(at) != at) break;  // cut by the limit
            const std::size_t first = line.find_first_not_of(U" \t\u3000");
            if (first != View::npos && note_spelled(begin + first, language)) return true;
            const View token = token_of_line(line);
            if (token.empty()) continue;
            note(list, token, language);
            // A mark that looks like a bullet may be the first of the password.
            const View whole = trim(line);
            if (whole.size() > token.size() && whole.size() <= token.size() + 2 && whole.ends_with(token) &&
                is_lone(whole))
                note(list, whole, language);
            ++taken;
        }
        return taken > 0;
    }

    // What a line below a keyword holds as a password: alone, or behind a label that is not another field's.
    static View token_of_line(View line) {
        View token = undecorated(line);
        const std::size_t label = token.rfind(U':');
        if (label != View::npos &&
            (is_other_label(token.substr(0, label)) || is_figure(trim(token.substr(label + 1)))))
            return {};
        if (!is_lone(token) && label != View::npos) token = undecorated(token.substr(label + 1));
        if (!is_lone(token)) token = leading_token(line);
        // "Regards," ends a letter.
        if (token.empty() || token.back() == U',' || is_stop_word(token) || is_figure(token)) return {};
        return token;
    }

    // "abc123 です" and "4432 (4 digits)" on the line below.
    static View leading_token(View line) {
        line = undecorated(line);
        std::size_t end = 0;
        while (end < line.size() && is_token_char(line[end]))
            ++end;
        const View token = strip(line.substr(0, end));
        const bool counts = all(token, is_digit) && end < line.size() && is_counter(line[end]);
        return looks_like_password(token) && !counts && line.size() - token.size() <= 12 ? token : View();
    }

    // "4432 ist das Passwort", "「Ab3xyz」がパスワードです": what looks like a password before the keyword.
    // Where the keyword led to nothing else, words of any script in quotes count too.
    void same_line(std::size_t keyword, std::string_view language, bool found) {
        constexpr std::size_t near = 8;  // characters between a year and the keyword that it may be
        for (std::size_t at = reader_.line_begin(keyword); at < keyword;) {
            const View inside = reader_.quoted(at);
            const bool is_word = all(inside, is_token_char) || (!found && !word_in_quotes(at).empty());
            if (inside.size() >= 2 && is_word && at + inside.size() < keyword) {
                note(finds_.weak, inside, language);
                at += inside.size() + 2;
                continue;
            }
            const View token = reader_.token_at(at);
            const std::size_t end = at + token.size();
            const bool starts = at == 0 || !is_token_char(text_[at - 1]);
            const bool far_year = is_year(strip(token)) && end + near < keyword;
            if (starts && end <= keyword && looks_like_password(strip(token)) && !far_year &&
                !is_figure_at(text_, token, end))
                note(finds_.weak, token, language);
            at += std::max<std::size_t>(token.size(), 1);
        }
    }

    View text_;
    TextReader reader_;
    PasswordRules rules_;
    KeywordFinds finds_;
};

}  // namespace

KeywordFinds keyword_finds(View text, std::string_view date) { return Follower(text, date).finds(); }

}  // namespace sekisho::scanner::unlock

#include "scanner/unlock/candidates.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "scanner/unlock/keyword_finds.h"
#include "scanner/unlock/keywords.h"
#include "scanner/unlock/text32.h"
#include "scanner/unlock/text_reader.h"
#include "scanner/unlock/token_shape.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;

constexpr std::size_t max_quoted = 200;        // per text
constexpr std::size_t max_plain_tokens = 300;  // per text

class Harvest {
public:
    Harvest(std::string_view utf8, Passwords& out) : utf8_(utf8), text_(readable(utf8)), out_(out) {}

    bool holds_keyword() const {
        for (std::size_t at = next_place(text_, 0); at < text_.size(); at = next_place(text_, at + 1)) {
            if (keyword_at(text_, at)) return true;
        }
        return false;
    }
    bool speaks_of_files() const { return holds_file_word(text_); }

    void keywords(std::string_view place = {}) {
        const KeywordFinds finds = keyword_finds(text_, out_.date());
        for (const auto* list : {&finds.strong, &finds.weak}) {
            std::size_t line = 1;
            std::size_t at = 0;
            for (const Found& found : *list) {  // in order of their keywords
                line += static_cast<std::size_t>(
                    std::ranges::count(View(text_).substr(at, found.keyword - at), U'\n'));
                at = found.keyword;
                add(found.token, PasswordSource::keyword, found.language,
                    place.empty() ? std::string() : fmt::format("{} line {}", place, line));
            }
        }
    }

    void quoted_tokens() {
        std::size_t left = max_quoted;
        for (std::size_t at = 0; at < text_.size() && left > 0; ++at) {
            const View inside = reader().quoted(at);
            if (inside.empty() || !all(inside, is_token_char) || inside.size() < 2 || is_address(inside))
                continue;
            add(inside, PasswordSource::quoted_token, {});
            --left;
        }
        for (std::size_t at = 0; at < text_.size() && left > 0;) {
            const View line = View(text_).substr(at, reader().line_end(at) - at);
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
            const View run = reader().token_at(at);
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
    TextReader reader() const { return TextReader(text_); }

    void add(View token, PasswordSource source, std::string_view language, const std::string& place = {}) {
        if (!wide_) wide_.emplace(utf8_);
        const std::string raw = wide_->raw_form_of(token);
        out_.add({to_utf8(token), source, std::string(language), place});
        if (!raw.empty()) out_.add({raw, source, std::string(language), place});
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

    std::string_view utf8_;
    std::optional<WideRuns> wide_;  // once something was found
    std::u32string text_;
    Passwords& out_;
};

}  // namespace

// Most mails hold no keyword, and are read once for that.
void harvest_for_others(std::span<const NamedText> texts, Passwords& out) {
    std::vector<Harvest> read;
    for (const NamedText& text : texts)
        read.emplace_back(text.utf8, out);
    if (std::ranges::none_of(read, &Harvest::holds_keyword) ||
        std::ranges::none_of(read, &Harvest::speaks_of_files))
        return;
    for (std::size_t i = 0; i < read.size(); ++i)
        read[i].keywords(texts[i].place);
}

void harvest_text(std::string_view utf8, std::string_view place, Passwords& out) {
    Harvest harvest(utf8, out);
    harvest.keywords(place);
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

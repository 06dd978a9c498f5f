#include "scanner/containers/rtf_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/charset.h"
#include "base/text.h"

namespace sekisho::scanner::containers {

namespace {

using namespace std::string_literals;

constexpr std::size_t max_groups = 4'096;
constexpr std::size_t flush_at = 32u << 10;

enum class Act : std::uint8_t {
    write,      // the row's text
    hide,       // the group is none that people read
    unicode,    // a UTF-16 unit, and the letters behind it for readers that know none
    fallbacks,  // how many these are
    binary,     // so many bytes are no RTF
    code_page,
    from_html,
    only_rtf,  // what follows stands for a tag, until "\htmlrtf0"
};

struct Word {
    std::string_view name;
    Act act;
    std::string_view text = {};
};
// Sorted.
constexpr std::array words{
    Word{"ansicpg", Act::code_page},
    Word{"bin", Act::binary},
    Word{"bullet", Act::write, "\xE2\x80\xA2"},
    Word{"cell", Act::write, "\t"},
    Word{"colortbl", Act::hide},
    Word{"emdash", Act::write, "\xE2\x80\x94"},
    Word{"endash", Act::write, "\xE2\x80\x93"},
    Word{"fonttbl", Act::hide},
    Word{"fromhtml", Act::from_html},
    Word{"htmlrtf", Act::only_rtf},
    Word{"info", Act::hide},
    Word{"ldblquote", Act::write, "\xE2\x80\x9C"},
    Word{"line", Act::write, "\n"},
    Word{"lquote", Act::write, "\xE2\x80\x98"},
    Word{"objdata", Act::hide},
    Word{"page", Act::write, "\n"},
    Word{"par", Act::write, "\n"},
    Word{"pict", Act::hide},
    Word{"rdblquote", Act::write, "\xE2\x80\x9D"},
    Word{"row", Act::write, "\n"},
    Word{"rquote", Act::write, "\xE2\x80\x99"},
    Word{"sect", Act::write, "\n"},
    Word{"stylesheet", Act::hide},
    Word{"tab", Act::write, "\t"},
    Word{"u", Act::unicode},
    Word{"uc", Act::fallbacks},
};
static_assert(std::ranges::is_sorted(words, {}, &Word::name));

constexpr bool is_letter(char c) {
    const char lower = base::ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}

class Reader {
public:
    Reader(std::string_view rtf, Output& output) : rtf_(rtf), output_(output) {}

    bool run() {
        while (at_ < rtf_.size() && room_ && groups_.size() <= max_groups) {
            const std::size_t next = std::min(rtf_.find_first_of("{}\\\r\n", at_), rtf_.size());
            write_plain(rtf_.substr(at_, next - at_));
            at_ = next;
            if (at_ < rtf_.size()) read_mark(rtf_[at_++]);
        }
        flush();
        return html_;
    }

private:
    struct Group {
        bool hidden = false;
        bool only_rtf = false;
        std::uint32_t fallbacks = 1;
    };

    void read_mark(char mark) {
        if (mark == '{') {
            starred_ = false;
            groups_.push_back(groups_.back());
        } else if (mark == '}') {
            if (groups_.size() > 1) groups_.pop_back();
            skip_ = 0;
        } else if (mark == '\\') {
            read_control();
        }
    }

    void read_control() {
        if (at_ == rtf_.size()) return;
        if (is_letter(rtf_[at_])) return read_word();
        const char symbol = rtf_[at_++];
        if (symbol == '\'') return read_byte();
        if (symbol == '*') starred_ = true;
        if (symbol == '~') write_plain(" ");
        if (symbol == '_') write_plain("-");
        if (symbol == '\r' || symbol == '\n') write_plain("\n");
        if (symbol == '{' || symbol == '}' || symbol == '\\') write_plain({&symbol, 1});
    }

    // "\'e9": a byte in the code page of the document.
    void read_byte() {
        if (rtf_.size() - at_ < 2) return;
        const int high = base::hex_value(rtf_[at_]);
        const int low = base::hex_value(rtf_[at_ + 1]);
        if (high < 0 || low < 0) return;
        at_ += 2;
        const char byte = static_cast<char>(high * 16 + low);
        write_plain({&byte, 1});
    }

    void read_word() {
        constexpr std::size_t longest = 32;
        const std::size_t begin = at_;
        while (at_ < rtf_.size() && at_ - begin < longest && is_letter(rtf_[at_]))
            ++at_;
        const std::string_view name = rtf_.substr(begin, at_ - begin);
        const std::optional<std::int64_t> number = read_number();
        if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
        if (starred_) {
            // Behind "\*" stands what readers that do not know it leave out.
            starred_ = false;
            if (name != "htmltag") groups_.back().hidden = true;
            return;
        }
        const auto* const word = std::ranges::lower_bound(words, name, {}, &Word::name);
        if (word != words.end() && word->name == name) act(*word, number);
    }

    std::optional<std::int64_t> read_number() {
        constexpr std::int64_t largest = 1'000'000'000;
        const bool negative = at_ + 1 < rtf_.size() && rtf_[at_] == '-' && base::is_digit(rtf_[at_ + 1]);
        if (negative) ++at_;
        std::optional<std::int64_t> value;
        for (; at_ < rtf_.size() && base::is_digit(rtf_[at_]); ++at_)
            value = std::min(value.value_or(0) * 10 + (rtf_[at_] - '0'), largest);
        return negative && value ? -*value : value;
    }

    void act(const Word& word, std::optional<std::int64_t> number) {
        Group& group = groups_.back();
        const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(number.value_or(0), 0));
        switch (word.act) {
            case Act::write:
                return write_utf8(word.text);
            case Act::hide:
                group.hidden = true;
                return;
            case Act::unicode:
                return write_unit(static_cast<std::uint16_t>(number.value_or(0)));
            case Act::fallbacks:
                group.fallbacks = static_cast<std::uint32_t>(count);
                return;
            case Act::binary:
                at_ += static_cast<std::size_t>(std::min<std::uint64_t>(count, rtf_.size() - at_));
                return;
            case Act::code_page:
                flush();
                charset_ = base::charset_of_code_page(static_cast<std::uint32_t>(count));
                return;
            case Act::from_html:
                html_ = number.value_or(1) != 0;
                return;
            case Act::only_rtf:
                group.only_rtf = number.value_or(1) != 0;
                return;
        }
    }

    bool shown() const { return !groups_.back().hidden && !groups_.back().only_rtf; }

    // Bytes in the code page. Those that stand for a character that was given in Unicode are left out.
    void write_plain(std::string_view bytes) {
        const std::size_t skipped = std::min<std::size_t>(skip_, bytes.size());
        skip_ -= static_cast<std::uint32_t>(skipped);
        bytes.remove_prefix(skipped);
        if (!shown() || bytes.empty()) return;
        if (!wide_.empty()) flush();
        plain_ += bytes;
        if (plain_.size() >= flush_at) flush();
    }

    void write_unit(std::uint16_t unit) {
        skip_ = groups_.back().fallbacks;
        if (!shown()) return;
        if (!plain_.empty()) flush();
        wide_ += static_cast<char>(unit & 0xFFU);
        wide_ += static_cast<char>(unit >> 8);
        if (wide_.size() >= flush_at) flush();
    }

    void write_utf8(std::string_view text) {
        if (!shown()) return;
        flush();
        room_ = room_ && output_.write(base::as_bytes(text));
    }

    void flush() {
        for (const auto& [bytes, charset] : {std::pair{&plain_, charset_}, std::pair{&wide_, "utf-16le"s}}) {
            if (bytes->empty()) continue;
            const std::string text = base::to_utf8(base::as_bytes(*bytes), charset);
            room_ = room_ && output_.write(base::as_bytes(text));
            bytes->clear();
        }
    }

    std::string_view rtf_;
    Output& output_;
    std::size_t at_ = 0;
    std::vector<Group> groups_{Group{}};
    std::string plain_;  // in charset_, not yet written; one of these two is empty
    std::string wide_;   // UTF-16
    std::string charset_ = "windows-1252";
    std::uint32_t skip_ = 0;  // letters that stand for a Unicode character
    bool starred_ = false;
    bool html_ = false;
    bool room_ = true;
};

}  // namespace

bool write_rtf_text(base::Bytes rtf, Output& output) { return Reader(base::as_text(rtf), output).run(); }

}  // namespace sekisho::scanner::containers

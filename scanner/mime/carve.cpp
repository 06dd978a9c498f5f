#include "scanner/mime/carve.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

constexpr bool is_alphabet(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '+' || c == '/' ||
           c == '=';
}

// How files begin that are worth finding behind other lines.
constexpr std::array<std::string_view, 12> magics{"PK\x03\x04",
                                                  "\xD0\xCF\x11\xE0",
                                                  "MZ",
                                                  "%PDF",
                                                  "{\\rt",
                                                  "Rar!",
                                                  "7z\xBC\xAF",
                                                  "\x1F\x8B",
                                                  "\xE4\x52\x5C\x7B",
                                                  "ActiveMime",
                                                  "MSCF",
                                                  std::string_view("L\0\0\0", 4)};

bool begins_known(std::string_view encoded) {
    constexpr std::size_t looked_at = 32;
    std::string plain;
    for (const char c : encoded.substr(0, 4 * looked_at)) {
        if (is_alphabet(c)) plain += c;
        if (plain.size() >= looked_at) break;
    }
    return begins_as_file(base::as_bytes(decode_b(plain)));
}

class Finder {
public:
    Finder(base::Bytes bytes, std::size_t least)
        : bytes_(bytes), text_(base::as_text(bytes)), least_(least) {}

    std::vector<base::Bytes> find() {
        for (std::size_t at = 0; at < text_.size() && runs_.size() < max_runs;) {
            const std::size_t end = std::min(text_.find_first_of("\r\n", at), text_.size());
            take_line(at, end);
            at = end + 1;
        }
        close();
        return std::move(runs_);
    }

private:
    void take_line(std::size_t begin, std::size_t end) {
        const std::string_view line = base::trim(text_.substr(begin, end - begin));
        if (line.empty()) return;
        if (!std::ranges::all_of(line, [](char c) { return is_alphabet(c) || base::is_blank(c); })) {
            close();
            return;
        }
        if (starts_.size() < max_starts) starts_.push_back(begin);
        if (!has_line_) first_length_ = line.size();
        end_ = end;
        has_line_ = true;
        // Encoders end here; what follows may be a word of text.
        if (early_end_ == 0 && (line.ends_with('=') || line.size() < first_length_)) early_end_ = end;
    }

    void close() {
        if (!has_line_) return;
        const std::size_t last = end_;
        if (early_end_ != 0 && early_end_ < last) add(starts_.front(), early_end_);
        add(starts_.front(), last);
        for (std::size_t i = 1; i < starts_.size(); ++i) {
            if (begins_known(text_.substr(starts_[i], end_ - starts_[i]))) add(starts_[i], last);
        }
        starts_.clear();
        early_end_ = 0;
        has_line_ = false;
    }

    void add(std::size_t begin, std::size_t end) {
        // '=' among the first characters: quoted-printable, or a word in between.
        constexpr std::size_t looked_at = 32;
        if (text_.substr(begin, looked_at).find('=') != text_.npos) return;
        if (end - begin >= least_ && runs_.size() < max_runs)
            runs_.push_back(bytes_.subspan(begin, end - begin));
    }

    static constexpr std::size_t max_starts = 8;

    base::Bytes bytes_;
    std::string_view text_;
    std::size_t least_;
    std::vector<base::Bytes> runs_;
    std::vector<std::size_t> starts_;  // of the first lines of the run
    std::size_t end_ = 0;              // of its last
    std::size_t early_end_ = 0;        // of the first line after which it may be over; 0: none
    std::size_t first_length_ = 0;
    bool has_line_ = false;
};

}  // namespace

bool begins_as_file(base::Bytes decoded) {
    const std::string_view bytes = base::as_text(decoded);
    return std::ranges::any_of(magics, [bytes](std::string_view magic) { return bytes.starts_with(magic); });
}

std::vector<base::Bytes> find_base64_runs(base::Bytes text, std::size_t least) {
    return Finder(text, least).find();
}

}  // namespace sekisho::scanner::mime

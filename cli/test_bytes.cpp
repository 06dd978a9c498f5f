#include "cli/test_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace sekisho::cli {

namespace {

using base::Cause;
using base::fail;
using base::Result;

class Reader {
public:
    Reader(std::string_view text, std::size_t max_bytes) : text_(text), max_bytes_(max_bytes) {}

    Result<std::string> read() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (base::is_space(c)) {
                line_ += c == '\n' ? 1 : 0;
                ++at_;
            } else if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '"') {
                SEKISHO_TRY(read_text(false));
            } else if (text_.substr(at_).starts_with("u\"")) {
                ++at_;
                SEKISHO_TRY(read_text(true));
            } else {
                SEKISHO_TRY(read_bytes());
            }
        }
        return std::move(out_);
    }

private:
    std::unexpected<base::Error> wrong(std::string_view what) const {
        return fail(Cause::malformed, fmt::format("line {}: {}", line_, what));
    }

    Result<void> put(std::size_t count, char byte) {
        if (count > max_bytes_ - out_.size())
            return fail(Cause::limit, fmt::format("more than {} bytes", max_bytes_));
        out_.append(count, byte);
        return {};
    }

    Result<void> read_text(bool wide) {
        const std::size_t end = text_.find_first_of("\"\n", at_ + 1);
        if (end == std::string_view::npos || text_[end] != '"') return wrong("a text without its end");
        for (const char c : text_.substr(at_ + 1, end - at_ - 1)) {
            SEKISHO_TRY(put(1, c));
            if (wide) SEKISHO_TRY(put(1, '\0'));
        }
        at_ = end + 1;
        return {};
    }

    Result<void> read_bytes() {
        while (at_ < text_.size() && !base::is_space(text_[at_]) && text_[at_] != '#') {
            const int high = base::hex_value(text_[at_]);
            const int low = at_ + 1 < text_.size() ? base::hex_value(text_[at_ + 1]) : -1;
            if (high < 0 || low < 0) return wrong("not a byte in hexadecimal");
            at_ += 2;
            SEKISHO_TRY(put(SEKISHO_TRY(read_count()), static_cast<char>(high * 16 + low)));
        }
        return {};
    }

    // The N of `00*N`; 1 where there is none.
    Result<std::size_t> read_count() {
        if (at_ >= text_.size() || text_[at_] != '*') return 1;
        const std::string_view rest = text_.substr(at_ + 1);
        std::size_t count = 0;
        const auto [end, error] = std::from_chars(rest.begin(), rest.end(), count);
        if (error != std::errc()) return wrong("not a number behind *");
        at_ += 1 + static_cast<std::size_t>(end - rest.begin());
        if (at_ < text_.size() && !base::is_space(text_[at_]) && text_[at_] != '#')
            return wrong("something behind the number");
        return count;
    }

    std::string_view text_;
    std::size_t max_bytes_;
    std::string out_;
    std::size_t at_ = 0;
    int line_ = 1;
};

}  // namespace

Result<std::string> bytes_from_hex(std::string_view text, std::size_t max_bytes) {
    return Reader(text, max_bytes).read();
}

}  // namespace sekisho::cli

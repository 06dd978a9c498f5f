// Where the characters of a carried file stand in a script, and how they become its bytes: html_payloads.h's
// own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "scanner/active/coding.h"
#include "scanner/active/payload_kind.h"
#include "scanner/active/script_text.h"

namespace sekisho::scanner::active {

constexpr std::size_t payload_chunk = 16u << 10;  // bytes that are decoded at a time

// Where the characters of a literal stand.
struct PayloadSource {
    std::string_view text;  // quotes and what is between the pieces included
    LiteralRun::Kind kind = LiteralRun::Kind::raw;
    std::size_t size = 0;
    std::size_t skip = 0;  // pieces at the beginning that belong to something else

    bool is_quoted() const { return kind == LiteralRun::Kind::strings || kind == LiteralRun::Kind::pieces; }

    // The characters, escapes undone, in order; until `take` gives false.
    template <class Take>
    void read(Take take) const {
        if (!is_quoted()) {
            for (std::size_t at = 0; at < text.size(); at += payload_chunk) {
                if (!take(text.substr(at, payload_chunk))) return;
            }
            return;
        }
        std::string plain;
        std::size_t piece = 0;
        for (std::size_t at = 0; at < text.size();) {
            at = text.find_first_of("\"'`", at);
            if (at == text.npos) return;
            const Literal literal = literal_at(text, at);
            at = literal.end;
            if (kind == LiteralRun::Kind::pieces && literal.raw.size() < LiteralRun::least_piece) continue;
            if (piece++ < skip) continue;
            for (std::size_t from = 0; from < literal.raw.size();) {
                plain.clear();
                from = unescape(literal.raw, from, payload_chunk, plain);
                if (!take(plain)) return;
            }
        }
    }
};

// How a literal becomes a file.
struct PayloadRecipe {
    Coding coding = Coding::plain;
    bool reversed = false;
    bool twice = false;  // what comes out is base64 again
    std::optional<ByteKey> key = std::nullopt;
    std::string long_key = {};  // each byte under the next of these by XOR, over and over
    int key_step = 0;           // what `long_key`, of one byte then, grows by from byte to byte

    // The decoded bytes, in order; until `take` gives false.
    template <class Take>
    void read(const PayloadSource& source, Take take) const {
        CodingReader first(coding);
        CodingReader second(Coding::base64);
        std::string out;
        std::string again;
        std::size_t place = 0;
        const auto pass = [&](std::string& bytes) {
            std::string* last = &bytes;
            if (twice) {
                again.clear();
                second.feed(bytes, again);
                last = &again;
            }
            if (key) {
                for (char& c : *last)
                    c = static_cast<char>(key->undo(static_cast<std::byte>(c)));
            }
            if (!long_key.empty()) place = undo_long_key(*last, place);
            return take(std::string_view(*last));
        };
        const auto feed = [&](std::string_view text) {
            out.clear();
            first.feed(text, out);
            return pass(out);
        };
        if (reversed) {
            std::string whole;
            source.read([&](std::string_view text) {
                whole += text;
                return true;
            });
            std::ranges::reverse(whole);
            for (std::size_t at = 0; at < whole.size(); at += payload_chunk) {
                if (!feed(std::string_view(whole).substr(at, payload_chunk))) return;
            }
        } else {
            bool going = true;
            source.read([&](std::string_view text) { return going = feed(text); });
            if (!going) return;
        }
        out.clear();
        first.finish(out);
        if (!out.empty()) (void)pass(out);
    }

    // Of bytes that stand at `place`; gives the place behind them.
    std::size_t undo_long_key(std::string& bytes, std::size_t place) const {
        for (char& c : bytes) {
            const auto step = static_cast<unsigned>(key_step) * static_cast<unsigned>(place & 0xFFu);
            c = static_cast<char>(
                static_cast<unsigned char>(c) ^
                ((static_cast<unsigned char>(long_key[place % long_key.size()]) + step) & 0xFFu));
            ++place;
        }
        return place;
    }

    std::string told() const {
        return fmt::format("{}{}{}{}", to_string(coding), twice ? " twice" : "", reversed ? ", reversed" : "",
                           key                ? ", under a constant"
                           : long_key.empty() ? ""
                                              : ", under a key");
    }
};

}  // namespace sekisho::scanner::active

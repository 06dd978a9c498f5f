// For tests alone: writes ACE archives. Debian's `unace` reads what it writes with methods 0 and 1
// (ace_test.cpp); nothing free reads method 2.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/containers/ace_codes.h"
#include "scanner/containers/ace_headers.h"

namespace sekisho::scanner::containers {

inline void put_ace(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

// One header with its checksum and its size in front.
inline std::string ace_header(std::uint8_t type, std::uint16_t flags, std::string_view fields) {
    std::string body;
    put_ace(body, type, 1);
    put_ace(body, flags, 2);
    body += fields;
    std::string out;
    put_ace(out, ace_crc(base::as_bytes(body)), 2);
    put_ace(out, body.size(), 2);
    return out + body;
}

inline std::string ace_main(std::uint16_t flags = 0x9000) {
    std::string fields("**ACE**\x14\x14\x02\0", 11);  // versions, Windows, the first volume
    put_ace(fields, 0x5D784800, 4);
    fields.append(8, '\0');
    if ((flags & 0x1000u) != 0) fields += "\x16*UNREGISTERED VERSION*";
    return ace_header(0, flags, fields);
}

struct AceFile {
    std::string name;
    std::uint8_t method = 0;
    std::uint64_t size = 0;
    std::uint64_t packed = 0;
    std::uint32_t crc = 0;
    std::uint16_t flags = 0x8001;
    std::uint32_t attributes = 0x20;
    std::uint8_t type = 1;
};

inline std::string ace_file(const AceFile& file) {
    const int wide = (file.flags & 0x04u) != 0 ? 8 : 4;
    std::string fields;
    put_ace(fields, file.packed, wide);
    put_ace(fields, file.size, wide);
    put_ace(fields, 0x5D784800, 4);
    put_ace(fields, file.attributes, 4);
    put_ace(fields, file.crc, 4);
    put_ace(fields, file.method, 1);
    put_ace(fields, 3, 1);
    put_ace(fields, 10, 2);  // a dictionary of 1 MB, as large as unace takes
    put_ace(fields, 0x4554, 2);
    put_ace(fields, file.name.size(), 2);
    fields += file.name;
    fields.append(8, '\0');  // Debian's unace reads no header that ends with its name
    return ace_header(file.type, file.flags, fields);
}

// A header that says what is true of `plain`, and the packed bytes behind it.
inline std::string ace_member(AceFile file, std::string_view plain, std::string_view packed) {
    file.size = plain.size();
    file.packed = packed.size();
    file.crc = ace_crc(base::as_bytes(plain));
    return ace_file(file) + std::string(packed);
}

// Words of 32 bits, their highest bit first, the lowest byte in front.
class AceBitsOut {
public:
    void put(std::uint32_t value, unsigned count) {
        while (count-- > 0)
            bits_.push_back((value >> count & 1u) != 0);
    }
    std::string finish() const {
        std::string out((bits_.size() + 31) / 32 * 4, '\0');
        for (std::size_t i = 0; i < bits_.size(); ++i) {
            const std::size_t byte = i / 32 * 4 + 3 - i % 32 / 8;
            if (bits_[i])
                out[byte] = static_cast<char>(static_cast<unsigned char>(out[byte]) | 0x80u >> i % 8);
        }
        return out;
    }

private:
    std::vector<bool> bits_;
};

// A code as its lengths make it.
class AceCodeOut {
public:
    // Huffman's, made flatter until the longest is of 11 bits.
    explicit AceCodeOut(std::vector<std::size_t> counts) {
        if (std::ranges::count(counts, std::size_t{0}) + 1 >= std::ssize(counts)) {
            counts[0] += 1;  // two symbols at least
            counts[1] += 1;
        }
        while (!fits(counts)) {
            for (std::size_t& count : counts)
                count = count == 0 ? 0 : count / 2 + 1;
        }
        std::vector<std::uint8_t> sorted = lengths_;
        std::vector<std::uint16_t> order(sorted.size());
        sort_as_ace(sorted, order);
        codes_.resize(lengths_.size());
        std::uint32_t next = 0;
        for (std::size_t i = order.size(); i-- > 0;) {
            if (sorted[i] == 0) continue;
            codes_[order[i]] = next >> (11 - sorted[i]);
            next += 1u << (11 - sorted[i]);
        }
    }

    void write_lengths(AceBitsOut& out) const {
        constexpr unsigned range = 12;
        out.put(static_cast<std::uint32_t>(lengths_.size() - 1), 9);
        out.put(0, 4);
        out.put(range, 4);
        const std::vector<std::uint8_t> flat(range + 1, 4);
        for (const std::uint8_t length : flat)
            out.put(length, 3);
        std::vector<std::uint8_t> sorted = flat;
        std::vector<std::uint16_t> order(flat.size());
        sort_as_ace(sorted, order);
        std::map<unsigned, std::uint32_t> code;
        for (std::size_t i = 0; i < order.size(); ++i)
            code[order[order.size() - 1 - i]] = static_cast<std::uint32_t>(i);
        std::vector<unsigned> steps;
        for (std::size_t i = 0; i < lengths_.size(); ++i)
            steps.push_back((range + lengths_[i] - (i > 0 ? lengths_[i - 1] : 0u)) % range);
        for (std::size_t i = 0; i < steps.size();) {
            std::size_t run = 0;
            while (i + run < steps.size() && steps[i + run] == 0 && run < 19)
                ++run;
            out.put(code[run >= 4 ? range : steps[i]], 4);
            if (run >= 4) out.put(static_cast<std::uint32_t>(run - 4), 4);
            i += run >= 4 ? run : 1;
        }
    }
    void put(AceBitsOut& out, unsigned symbol) const { out.put(codes_.at(symbol), lengths_.at(symbol)); }

private:
    bool fits(const std::vector<std::size_t>& counts) {
        struct Node {
            std::size_t count = 0;
            std::vector<unsigned> symbols;
        };
        std::vector<Node> nodes;
        lengths_.assign(counts.size(), 0);
        for (unsigned i = 0; i < counts.size(); ++i) {
            if (counts[i] > 0) nodes.push_back({counts[i], {i}});
        }
        while (nodes.size() > 1) {
            std::ranges::sort(nodes, std::greater<>(), &Node::count);
            Node last = std::move(nodes.back());
            nodes.pop_back();
            nodes.back().count += last.count;
            nodes.back().symbols.insert(nodes.back().symbols.end(), last.symbols.begin(), last.symbols.end());
            for (const unsigned symbol : nodes.back().symbols)
                ++lengths_[symbol];
        }
        return std::ranges::max(lengths_) <= 11;
    }

    std::vector<std::uint8_t> lengths_;
    std::vector<std::uint32_t> codes_;
};

// Bytes of one mode of method 2, as they are to stand in the dictionary.
struct AceStretch {
    std::vector<std::pair<std::uint32_t, unsigned>> change;  // numbers and their bits; empty: no change
    std::string raw;
};

// Greedy LZ77.
class AcePacker {
public:
    // `before`: what stands in the dictionary.
    explicit AcePacker(std::string before = {}) : text_(std::move(before)) {}

    std::string pack(const std::vector<AceStretch>& stretches) {
        tokens_.clear();
        old_ = {};
        for (const AceStretch& stretch : stretches) {
            if (!stretch.change.empty()) tokens_.push_back({.symbol = 283, .change = stretch.change});
            add(stretch.raw);
        }
        AceBitsOut out;
        for (std::size_t i = 0; i < tokens_.size(); i += in_block)
            write_block(out, i, std::min(tokens_.size() - i, in_block));
        return out.finish();
    }
    std::string pack(std::string_view plain) { return pack({{{}, std::string(plain)}}); }

private:
    static constexpr std::size_t in_block = 20'000;
    struct Token {
        unsigned symbol = 0;
        std::uint32_t distance = 0;
        int length = -1;
        std::vector<std::pair<std::uint32_t, unsigned>> change{};
    };

    static unsigned width_of(std::uint32_t distance) {
        return distance < 2 ? distance : static_cast<unsigned>(std::bit_width(distance));
    }

    void add(std::string_view raw) {
        std::size_t at = text_.size();
        text_ += raw;
        while (indexed_ < at)
            index();
        while (at < text_.size()) {
            std::size_t length = 0;
            std::uint32_t distance = 0;
            if (const auto hit = last_.find(text_.substr(at, 4));
                hit != last_.end() && at + 4 <= text_.size()) {
                const std::size_t from = hit->second;
                if (at - from <= (1u << 20)) {
                    distance = static_cast<std::uint32_t>(at - from - 1);
                    while (length < 250 && at + length < text_.size() &&
                           text_[from + length] == text_[at + length])
                        ++length;
                }
            }
            if (length >= 4) {
                tokens_.push_back(match(distance, static_cast<int>(length)));
            } else {
                length = 1;
                tokens_.push_back({.symbol = static_cast<unsigned char>(text_[at])});
            }
            at += length;
            while (indexed_ < at)
                index();
        }
    }
    void index() {
        if (indexed_ + 4 <= text_.size()) last_[text_.substr(indexed_, 4)] = indexed_;
        ++indexed_;
    }

    Token match(std::uint32_t distance, int length) {
        const auto seen = std::ranges::find(old_, distance);
        Token out{.distance = distance};
        if (seen != old_.end()) {
            const auto place = static_cast<unsigned>(seen - old_.begin());
            out.symbol = 256 + place;
            out.length = length - (place > 1 ? 3 : 2);
            std::rotate(old_.begin(), seen, std::next(seen));
        } else {
            out.symbol = 260 + width_of(distance);
            out.length = length - (distance > 8'191 ? 4 : distance > 255 ? 3 : 2);
            std::ranges::rotate(old_, old_.end() - 1);
            old_[0] = distance;
        }
        return out;
    }

    void write_block(AceBitsOut& out, std::size_t first, std::size_t count) const {
        std::vector<std::size_t> symbols(284, 0);
        std::vector<std::size_t> lengths(255, 0);
        for (std::size_t i = first; i < first + count; ++i) {
            ++symbols[tokens_[i].symbol];
            if (tokens_[i].length >= 0) ++lengths.at(static_cast<std::size_t>(tokens_[i].length));
        }
        if (symbols.back() == 0) symbols.pop_back();  // ACE 1.0 has no change of modes
        const AceCodeOut code(symbols);
        const AceCodeOut length_code(lengths);
        code.write_lengths(out);
        length_code.write_lengths(out);
        out.put(static_cast<std::uint32_t>(count), 15);
        for (std::size_t i = first; i < first + count; ++i) {
            const Token& token = tokens_[i];
            code.put(out, token.symbol);
            for (const auto& [value, bits] : token.change)
                out.put(value, bits);
            if (token.length < 0) continue;
            const unsigned width = token.symbol < 260 ? 0 : token.symbol - 260;
            if (width > 1) out.put(token.distance & ((1u << (width - 1)) - 1), width - 1);
            length_code.put(out, static_cast<unsigned>(token.length));
        }
    }

    std::string text_;
    std::size_t indexed_ = 0;
    std::map<std::string, std::size_t> last_;
    std::vector<Token> tokens_;
    std::array<std::uint32_t, 4> old_{};
};

}  // namespace sekisho::scanner::containers

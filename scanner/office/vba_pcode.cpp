#include "scanner/office/vba_pcode.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

// Numbers of operations, the lower ten bits of a word; the upper ones tell types. Up to 170 all versions
// agree; a 64-bit Office has three more in front of the text literal.
constexpr std::uint16_t op_mask = 0x03FF;
constexpr std::uint16_t add = 0x0B;
constexpr std::uint16_t concat = 0x11;
constexpr std::uint16_t procedure = 0x96;
constexpr std::uint16_t literal = 0xB6;
constexpr std::uint16_t literal_wide = 0xB9;
constexpr std::uint16_t comment = 0xE0;
constexpr std::uint16_t comment_wide = 0xE3;
// Those with an identifier behind them: loads, stores, calls; then the same for a member of an object.
constexpr std::array<std::uint16_t, 5> name_ops{0x20, 0x24, 0x27, 0x2E, 0x41};
constexpr std::array<std::uint16_t, 10> member_ops{0x21, 0x25, 0x28, 0x2F, 0x35,
                                                   0x37, 0x39, 0x42, 0x43, 0x3D};

constexpr std::size_t lines_header = 6;  // magic, one word, number of lines
constexpr std::size_t line_entry = 12;
constexpr std::size_t lines_trailer = 10;  // between the table and the code
constexpr int max_places = 16;

std::uint16_t u16(base::Bytes bytes, std::uint64_t at) {
    base::Cursor cursor(bytes);
    return cursor.seek(at) ? cursor.u16_le().value_or(0) : std::uint16_t{0};
}
std::uint32_t u32(base::Bytes bytes, std::uint64_t at) {
    base::Cursor cursor(bytes);
    return cursor.seek(at) ? cursor.u32_le().value_or(0) : 0;
}

bool is_text(base::Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::byte b) {
        const auto c = std::to_integer<unsigned>(b);
        return c >= 0x20 || c == '\t' || c == '\r' || c == '\n';
    });
}

// The lines of one module.
struct Lines {
    std::vector<base::Bytes> code;  // empty ones left out
};

// nullopt where no sound table begins at `at`.
std::optional<Lines> lines_at(base::Bytes cache, std::uint64_t at) {
    if (!base::in_range(at, lines_header, cache.size()) || u16(cache, at) != 0xCAFE) return std::nullopt;
    const std::uint64_t count = u16(cache, at + 4);
    const std::uint64_t table = at + lines_header;
    if (!base::in_range(table, count * line_entry + lines_trailer, cache.size())) return std::nullopt;
    const base::Bytes code =
        cache.subspan(static_cast<std::size_t>(table + count * line_entry + lines_trailer));
    Lines out;
    std::size_t total = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint16_t length = u16(cache, table + i * line_entry + 4);
        const std::uint32_t offset = u32(cache, table + i * line_entry + 8);
        if (length == 0 || offset == 0xFFFF'FFFF) continue;
        if (!base::in_range(offset, length, code.size())) return std::nullopt;
        total += length;
        if (total > 2 * cache.size()) return std::nullopt;  // lines do not share code
        out.code.push_back(code.subspan(offset, length));
    }
    return out;
}

// Where the header says, else the first table that makes sense.
std::optional<Lines> find_lines(base::Bytes cache) {
    constexpr std::uint64_t said_at = 0x19;
    constexpr std::uint64_t behind = 0x3C;
    if (auto lines = lines_at(cache, u32(cache, said_at) + behind)) return lines;
    constexpr std::string_view magic("\xFE\xCA\x01\x00", 4);
    const std::string_view text = base::as_text(cache);
    std::size_t at = text.find(magic);
    for (int i = 0; i < max_places && at != text.npos; ++i) {
        if (auto lines = lines_at(cache, at)) return lines;
        at = text.find(magic, at + 1);
    }
    return std::nullopt;
}

class Reader {
public:
    explicit Reader(base::Bytes cache) : cache_(cache) { find_procedures(); }

    Pcode run() {
        const auto lines = find_lines(cache_);
        if (!lines) return std::move(out_);
        out_.found = true;
        for (const base::Bytes line : lines->code) {
            if (out_.tokens.size() >= max_pcode_tokens) break;
            const std::size_t before = out_.tokens.size();
            end_ = 0;
            if (read_line(line)) ++out_.lines;
            if (out_.tokens.size() > before) out_.tokens.back().line_end = true;
        }
        return std::move(out_);
    }

private:
    // The table in which a procedure's definition finds its name; it lies two bytes further in a 64-bit
    // Office.
    void find_procedures() {
        constexpr std::uint64_t said_at = 0x11;
        for (const unsigned behind : {10U, 12U}) {
            const std::uint64_t at = std::uint64_t{u32(cache_, said_at)} + behind;
            const std::uint32_t size = u32(cache_, at);
            if (size == 0 || !base::in_range(at, 4, cache_.size())) continue;
            if (!base::in_range(at + 4, size, cache_.size())) continue;
            procedures_ = cache_.subspan(static_cast<std::size_t>(at + 4), size);
            out_.wide = behind == 12U;
            return;
        }
    }

    // False: nothing but a comment.
    bool read_line(base::Bytes line) {
        bool code = false;
        std::size_t at = 0;
        while (line.size() - at >= 2) {
            const std::uint16_t op = u16(line, at) & op_mask;
            at = operation(line, at, op, code);
            if (at > line.size()) break;
        }
        return code;
    }

    // Gives the offset of what follows.
    std::size_t operation(base::Bytes line, std::size_t at, std::uint16_t op, bool& code) {
        if (op == literal || op == literal_wide) {
            if (const auto quoted = text_at(line, at + 2)) {
                code = true;
                out_.wide_text = out_.wide_text || op == literal_wide;
                add_literal(*quoted, at);
                return at + 4 + quoted->size() + quoted->size() % 2;
            }
        }
        if (op == comment || op == comment_wide) {
            if (const auto remark = text_at(line, at + 4))
                return at + 6 + remark->size() + remark->size() % 2;
        }
        code = true;
        if (op == procedure && line.size() - at >= 6) {
            const std::uint32_t id = u16(procedures_, std::uint64_t{u32(line, at + 2)} + 2);
            if (id >= 0x200) out_.tokens.push_back({.kind = PcodeToken::Kind::procedure, .id = id / 2});
            return at + 6;
        }
        const bool member = std::ranges::find(member_ops, op) != member_ops.end();
        if (member || std::ranges::find(name_ops, op) != name_ops.end()) {
            const std::uint16_t id = u16(line, at + 2);
            if (id >= 0x200 && id % 2 == 0) {
                out_.tokens.push_back(
                    {.kind = member ? PcodeToken::Kind::member : PcodeToken::Kind::name, .id = id / 2U});
                return at + 4;
            }
        }
        if (op == concat || op == add) join(at);
        return at + 2;
    }

    // A length and as much text; nullopt where that cannot be.
    static std::optional<base::Bytes> text_at(base::Bytes line, std::size_t at) {
        base::Cursor cursor(line);
        if (!cursor.seek(at)) return std::nullopt;
        const auto length = cursor.u16_le();
        if (!length) return std::nullopt;
        const auto text = cursor.take(*length);
        if (!text || !is_text(*text)) return std::nullopt;
        return *text;
    }

    void add_literal(base::Bytes text, std::size_t at) {
        if (out_.tokens.size() < max_pcode_tokens)
            out_.tokens.push_back({.text = std::string(base::as_text(text))});
        previous_adjoins_ = end_ == at && at > 0;
        end_ = at + 4 + text.size() + text.size() % 2;
    }

    // "a" & "b": the operation stands right behind two literals that stand right behind each other.
    void join(std::size_t at) {
        const std::size_t count = out_.tokens.size();
        if (end_ != at || !previous_adjoins_ || count < 2) return;
        PcodeToken& second = out_.tokens[count - 1];
        const PcodeToken& first = out_.tokens[count - 2];
        if (first.kind != PcodeToken::Kind::literal || first.line_end || second.kind != first.kind) return;
        second.joined = true;
        end_ = at + 2;
        previous_adjoins_ = false;
    }

    base::Bytes cache_;
    base::Bytes procedures_;
    Pcode out_;
    std::size_t end_ = 0;  // of the last literal, within its line
    bool previous_adjoins_ = false;
};

bool is_identifier(base::Bytes name) {
    return std::ranges::all_of(name, [](std::byte b) {
        const auto c = std::to_integer<unsigned>(b);
        return c > 0x20 && c != 0x7F;
    });
}

}  // namespace

Pcode read_pcode(base::Bytes cache, Budget& budget) {
    if (!budget.spend_steps(4 * cache.size())) return {};
    return Reader(cache).run();
}

Identifiers read_identifiers(base::Bytes vba_project) {
    constexpr std::string_view third = "Win16";
    constexpr std::size_t most = 65'536;
    Identifiers out;
    out.version = u16(vba_project, 2);
    const std::size_t mark = base::as_text(vba_project).find(third);
    if (mark == std::string_view::npos || mark < 2) return out;
    out.names.resize(2);  // the application and "VBA", which stand before it
    base::Cursor at(vba_project);
    (void)at.seek(mark - 2);
    while (out.names.size() < most) {
        auto length = at.u8();
        auto type = at.u8();
        const bool keyword = length && type && *length == 0 && *type == 0;
        if (keyword) {
            (void)at.skip(2);
            length = at.u8();
            type = at.u8();
        }
        if (!length || !type) break;
        if ((*type & 0x80U) != 0 && !at.skip(6)) break;
        const auto name = at.take(*length);
        if (!name || !is_identifier(*name) || (*length == 0 && *type == 0)) break;
        out.names.push_back(base::as_text(*name));
        if (!keyword && !at.skip(4)) break;
    }
    return out;
}

std::size_t identifier_index(std::uint32_t id, unsigned shift) {
    constexpr std::uint32_t first = 0x100;
    constexpr std::uint32_t extra_behind = 0xBE;  // a 64-bit Office has one number more here
    const std::uint32_t lowest = first + shift;
    if (id < lowest) return SIZE_MAX;
    std::uint32_t index = id - lowest;
    if (shift == 7 && index > extra_behind) --index;
    return index;
}

}  // namespace sekisho::scanner::office

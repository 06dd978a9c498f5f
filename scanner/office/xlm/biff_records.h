// Records of BIFF5 and BIFF8, [MS-XLS] 2.1.4, and the strings in them, which go on in Continue records.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/cursor.h"

namespace sekisho::scanner::office::xlm {

namespace record {
enum : std::uint16_t {
    formula = 0x0006,
    formula_biff3 = 0x0206,
    formula_biff4 = 0x0406,
    end_of_substream = 0x000A,
    extern_sheet = 0x0017,
    name = 0x0018,
    file_pass = 0x002F,
    extern_name = 0x0023,
    continued = 0x003C,
    code_page = 0x0042,
    rk = 0x027E,
    bound_sheet = 0x0085,
    mul_rk = 0x00BD,
    rich_string = 0x00D6,
    shared_strings = 0x00FC,
    label_shared = 0x00FD,
    sup_book = 0x01AE,
    number = 0x0203,
    label = 0x0204,
    bool_error = 0x0205,
    string = 0x0207,
    array = 0x0221,
    shared_formula = 0x04BC,
    bof = 0x0809,
};
}  // namespace record

struct Record {
    std::uint16_t type = 0;
    std::size_t offset = 0;  // of its header
    base::Bytes data;
    bool cut = false;  // the stream ends before it does
};

// One after the other; nullopt at the end of the stream.
class RecordReader {
public:
    explicit RecordReader(base::Bytes stream) : in_(stream) {}
    std::optional<Record> next();
    // The data of the Continue records that come next.
    void take_continued(std::vector<base::Bytes>& pieces);
    bool seek(std::uint64_t offset) { return in_.seek(offset).has_value(); }
    std::size_t left() const { return in_.left(); }

private:
    base::Cursor in_;
};

// Data that goes on over records. The characters of a string may: then a byte at the head of each Continue
// says anew whether they are wide ([MS-XLS] 2.5.293).
class Pieces {
public:
    explicit Pieces(std::vector<base::Bytes> pieces) : pieces_(std::move(pieces)) {}
    bool at_end();
    bool skip(std::uint64_t bytes);
    std::uint8_t u8();
    std::uint16_t u16();
    std::uint32_t u32();
    // As UTF-8; `cut` becomes true where not all of them were there.
    std::string characters(std::size_t count, bool wide, bool& cut);
    // XLUnicodeRichExtendedString, the length included.
    std::string rich_string(bool& cut);

private:
    std::vector<base::Bytes> pieces_;
    std::size_t piece_ = 0;
    std::size_t at_ = 0;
};

// `count` characters as UTF-8, of one byte (Latin-1, not a code page) or two.
std::string characters_of(base::Bytes bytes, bool wide);
// XLUnicodeStringNoCch and those with a length in front: flags, then characters. Nullopt where it is cut.
std::optional<std::string> flagged_string(base::Cursor& in, std::size_t count);
// RkNumber, [MS-XLS] 2.5.217.
double rk_number(std::uint32_t raw);

}  // namespace sekisho::scanner::office::xlm

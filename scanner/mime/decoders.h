// The content transfer encodings of mail, as lenient as mail clients: bytes in, an Output out. All linear, at
// memory speed for clean input; odd input is decoded as far as it goes, and said to be so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

// What base64 holds that readers take differently. Each is of what was read, so of all data but with a way
// that stops.
struct Base64Facts {
    bool garbage = false;        // bytes outside of the alphabet other than '=', blanks and line ends
    bool inner_garbage = false;  // the same with data behind it
    bool high_bit = false;       // bytes of 0x80 and above
    bool url_safe = false;       // '-' or '_', which some take for '+' and '/' (RFC 4648 section 5)
    bool inner_padding = false;  // '=' with data behind it
    bool unpadded = false;       // the last group is not whole, or short of '='
    bool odd_padding = false;    // more '=' than the last group wants, or some at the start of a line
    bool gaps = false;           // blanks or a bare CR within a line
    bool odd_lines = false;      // over 998 bytes in a line, or 1 to 3 in one that is not the last
    bool operator==(const Base64Facts&) const = default;
};

// The same of quoted-printable.
struct QpFacts {
    bool bad_escape = false;       // '=' before anything but two hexadecimal digits or a line end
    bool lower_hex = false;        // "=e9": RFC 2045 section 6.7 rule 1 wants capitals
    bool soft_end = false;         // the data ends in '=': a soft break with no line end
    bool trailing_blanks = false;  // blanks before a line end or the end, or between '=' and these
    bool bare_cr = false;          // a CR without its LF where that may matter: beside '=' or blanks
    bool operator==(const QpFacts&) const = default;
};

struct Decoded {
    bool damaged = false;  // bytes that the encoding does not allow were skipped or kept as they stood
    bool whole = true;     // false: the budget ended it; the Output is truncated
    bool uneven = false;   // of decode_uuencode: lines that do not hold just what their first character says
    Base64Facts base64{};  // of decode_base64
    QpFacts qp{};          // of decode_quoted_printable
};

// What mail clients and libraries make of base64 that is not quite base64.
enum class Base64Way : std::uint8_t {
    groups,            // '=' ends a group and a new one begins; garbage is skipped
    skip_padding,      // '=' is skipped like garbage: the stream of bits goes on
    stop_at_padding,   // the data ends at the first '='
    stop_when_padded,  // '=' is skipped but where it fills a group, and the data end there: Python's binascii
    quads,             // '=' stands for a character of a group and takes one byte off it: Thunderbird
    stop_at_garbage,   // the data ends at the first byte that is garbage; '=' as with groups
    seven_bits,        // the high bit of each byte is dropped, the rest as with groups: older Node.js
    url_safe,          // '-' and '_' are '+' and '/', the rest as with groups: Node.js
};
std::string_view to_string(Base64Way way);  // "stop at padding"

// RFC 2045 section 6.8. Bytes outside of the alphabet are skipped; all but blanks and line ends are damage.
// Padding ends a group, not the data: what follows is decoded as a new group (and is damage). Missing padding
// is made up. That is Base64Way::groups; the others differ from it as they say.
Decoded decode_base64(base::Bytes encoded, Output& output);
Decoded decode_base64(base::Bytes encoded, Output& output, Base64Way way);
// The same outcome, one character at a time: what tests hold the quick one to.
Decoded decode_base64_carefully(base::Bytes encoded, Output& output, Base64Way way);

// The ways that may give other bytes than groups, for data that gave these facts when it was decoded as
// groups. Empty where all agree. Static storage.
std::span<const Base64Way> ways_for(const Base64Facts& facts);

// The same for quoted-printable.
enum class QpWay : std::uint8_t {
    lenient,  // a broken escape is kept as it stands; blanks before a line end are dropped, behind '=' too
    drop_bad_escapes,  // the '=' of a broken escape is dropped
    pairs,             // two '=' are one, whatever follows
    triples,           // of a broken escape the two bytes behind '=' stay as they stand too
    joined_lines,      // soft breaks are taken out before escapes are looked for: Node.js's libqp
    strict_blanks,     // blanks before a line end are kept; '=' before blanks is a broken escape
    bare_breaks,       // a CR alone ends a line as LF and CR LF do
    lf_breaks,         // a line end that is no soft break is LF, whatever it was; for any data
};
std::string_view to_string(QpWay way);

// RFC 2045 section 6.7. A broken escape stays as it stands and is damage; blanks before a line end are
// dropped and so is a '=' at the very end. That is QpWay::lenient.
Decoded decode_quoted_printable(base::Bytes encoded, Output& output);
Decoded decode_quoted_printable(base::Bytes encoded, Output& output, QpWay way);

// The ways that may give other bytes than lenient, for the facts that lenient gave. Empty where all agree.
// Static storage.
std::span<const QpWay> ways_for(const QpFacts& facts);

// A "begin <mode> <name>" line and the data behind it up to "end".
struct UuBlock {
    std::string_view name;  // raw bytes
    base::Bytes data;       // encoded lines, without the begin and the end line
    std::size_t next = 0;   // offset of what follows the block
    bool open = false;      // it has no end line; another block begins there
};

// The next block at or after `from`: "begin", digits and a name, followed by a line that looks encoded; with
// less of it, or within a line, by a full line of data. False where there is none.
bool find_uuencoded(base::Bytes text, std::size_t from, UuBlock& block);

// The lines of a block. A line that is too short is filled with zeros, one that cannot be data is skipped;
// both are damage. Where the first data line fits the alphabet of xxencode ("+-0-9A-Za-z") and not
// uuencode's, all is xxencode.
Decoded decode_uuencode(base::Bytes lines, Output& output);

// How others read lines that do not hold what their first character says.
enum class UuWay : std::uint8_t {
    counted,  // each line gives as many bytes as its first character says, whatever stands in it or behind it
    bare_cr,  // the same, and a bare CR ends a line as well
    to_zero,  // counted up to a line of no bytes: GMime, Roundcube
    to_short,  // counted up to a line of less than 45 bytes: PHP
    fitting,   // lines alone that hold just what their first character says: Perl
    stream,    // groups of four go on over line ends, and what follows the last byte of a line begins another
};
std::string_view to_string(UuWay way);
Decoded decode_uuencode(base::Bytes lines, Output& output, UuWay way);

// A "=ybegin ... name=<name>" line and the data behind it up to "=yend" (yEnc draft 1.3).
struct YencBlock {
    std::string_view name;                  // raw bytes, without blanks and quotes around it
    base::Bytes data;                       // encoded lines, without the begin, part and end line
    std::size_t next = 0;                   // offset of what follows the block
    bool ended = false;                     // a "=yend" line was there
    bool partial = false;                   // a "=ypart" line was there: the data are a piece of the file
    std::optional<std::uint64_t> size;      // bytes that the begin or part line tells
    std::optional<std::uint64_t> end_size;  // bytes that the end line tells
    std::optional<std::uint32_t> crc;       // CRC-32 of these bytes, from the end line
};

// The next block at or after `from`: a line "=ybegin" with a name. It runs up to its "=yend", the next
// "=ybegin" line, or the end. False where there is none.
bool find_yenc(base::Bytes text, std::size_t from, YencBlock& block);

// The data of a block; all line ends are skipped. Damage: no "=yend", another size or CRC-32 than the lines
// tell, an escape with nothing to escape. A doubled dot at the beginning of a line (RFC 3977 section 3.1.1)
// is taken as it stands: what undoes it is the news client.
Decoded decode_yenc(const YencBlock& block, Output& output);

// BinHex 4.0 (RFC 1741 Appendix A): the line "(This file must be converted with BinHex 4.0)", then a line
// that begins with ':', the data, ':'.
struct BinHexBlock {
    base::Bytes data;      // encoded lines between the colons
    std::size_t next = 0;  // offset of what follows the block
};

// The next block at or after `from`. One without its second ':' runs to the end. False where there is none.
bool find_binhex(base::Bytes text, std::size_t from, BinHexBlock& block);

// The same where the text is said to be BinHex, and begins with the ':' at once: decoders ask for no more.
bool find_bare_binhex(base::Bytes text, BinHexBlock& block);

// What the header of the encoded file tells; none of it is checked but by its CRC.
struct BinHexHeader {
    std::string name;                  // raw bytes (Mac OS Roman), at most 255
    std::uint32_t data_bytes = 0;      // of the data fork
    std::uint32_t resource_bytes = 0;  // of the resource fork
};

// The data fork into `data_fork`, what Mac OS keeps beside it (icons, code of old programs; empty for most
// files) into `resource_fork`. Damage: bytes outside of the alphabet other than blanks and line ends (they
// are skipped), a wrong CRC, data that end before the header says or go on behind. Memory is taken for what
// comes out only, not for what the header tells.
Decoded decode_binhex(base::Bytes encoded, Output& data_fork, Output& resource_fork, BinHexHeader& header);

// True where the start of `bytes` is base64 in lines, for data whose encoding is not or wrongly declared.
bool looks_like_base64(base::Bytes bytes);

}  // namespace sekisho::scanner::mime

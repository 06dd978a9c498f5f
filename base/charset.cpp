#include "base/charset.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::base {

namespace {

struct Alias {
    std::string_view label;
    std::string_view icu;
};

// Labels that mail uses and ICU reads differently or not at all. Shift_JIS in mail means Microsoft's table
// (NEC and IBM extensions), which is what the clients that people use decode.
constexpr std::array aliases{
    Alias{"shift_jis", "ibm-943_P15A-2003"},
    Alias{"shift-jis", "ibm-943_P15A-2003"},
    Alias{"sjis", "ibm-943_P15A-2003"},
    Alias{"x-sjis", "ibm-943_P15A-2003"},
    Alias{"cp932", "ibm-943_P15A-2003"},
    Alias{"ms932", "ibm-943_P15A-2003"},
    Alias{"windows-31j", "ibm-943_P15A-2003"},
    Alias{"ms_kanji", "ibm-943_P15A-2003"},
    Alias{"csshiftjis", "ibm-943_P15A-2003"},
    Alias{"utf8", "UTF-8"},
    Alias{"unicode-1-1-utf-7", "UTF-7"},
    Alias{"us-ascii", "windows-1252"},
    Alias{"ascii", "windows-1252"},
    Alias{"iso-8859-1", "windows-1252"},
    Alias{"latin1", "windows-1252"},
    Alias{"x-unknown", ""},
    Alias{"cp50220", "ISO-2022-JP"},
    Alias{"x-euc-jp", "EUC-JP"},
    Alias{"ks_c_5601-1987", "windows-949"},
    Alias{"gb2312", "GB18030"},
};

std::string icu_name(std::string_view label) {
    const std::string lower = to_lower(trim(label));
    const auto row = std::ranges::find(aliases, std::string_view(lower), &Alias::label);
    return row != aliases.end() ? std::string(row->icu) : lower;
}

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// Null for an unknown label. A label with odd characters or over 60 bytes is unknown: it comes from outside.
Converter open_converter(std::string_view label) {
    const std::string name = icu_name(label);
    constexpr std::size_t max_label = 60;
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_' ||
               c == '.' || c == ':';
    };
    if (name.empty() || name.size() > max_label || !std::ranges::all_of(name, plain)) return nullptr;
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(name.c_str(), &status));
    return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

std::string utf8_of(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

icu::StringPiece piece_of(std::string_view utf8) {
    return {utf8.data(), static_cast<std::int32_t>(utf8.size())};
}

icu::UnicodeString unicode_of(std::string_view utf8) { return icu::UnicodeString::fromUTF8(piece_of(utf8)); }

// How many bytes `utf8` begins with that are well-formed characters of U+3000 to U+9FFF, which know no case:
// most of what is written in Japanese and Chinese.
std::size_t caseless_run(std::string_view utf8) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(utf8[at]); };
    std::size_t at = 0;
    while (utf8.size() - at >= 3 && byte(at) >= 0xE3 && byte(at) <= 0xE9 && (byte(at + 1) & 0xC0) == 0x80 &&
           (byte(at + 2) & 0xC0) == 0x80)
        at += 3;
    return at;
}

// Appends each character of `utf8` folded by itself.
void fold_each(std::string_view utf8, std::string& out) {
    const icu::UnicodeString text = unicode_of(utf8);
    icu::UnicodeString folded;
    for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
        folded.append(u_foldCase(text.char32At(at), U_FOLD_CASE_DEFAULT));
    out += utf8_of(folded);
}

// ICU counts in 32 bits; nobody needs one run of text longer than this.
constexpr std::size_t max_text = 64u << 20;

// How well `bytes` reads as a Japanese multi-byte charset: pairs that are well formed, or -1 for the first
// that is not.
struct PairRule {
    unsigned lead_low1, lead_high1, lead_low2, lead_high2;
    unsigned trail_low1, trail_high1, trail_low2, trail_high2;
    unsigned single_low, single_high;
};
constexpr PairRule shift_jis_rule{0x81, 0x9F, 0xE0, 0xFC, 0x40, 0x7E, 0x80, 0xFC, 0xA1, 0xDF};
constexpr PairRule euc_jp_rule{0xA1, 0xFE, 0x8E, 0x8F, 0xA1, 0xFE, 0xA1, 0xFE, 1, 0};

long count_pairs(Bytes bytes, const PairRule& rule) {
    long pairs = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto b = std::to_integer<unsigned>(bytes[i]);
        if (b < 0x80 || (b >= rule.single_low && b <= rule.single_high)) continue;
        const bool lead =
            (b >= rule.lead_low1 && b <= rule.lead_high1) || (b >= rule.lead_low2 && b <= rule.lead_high2);
        if (!lead) return -1;
        if (i + 1 == bytes.size()) break;  // cut in the middle of a character
        const auto t = std::to_integer<unsigned>(bytes[++i]);
        const bool trail = (t >= rule.trail_low1 && t <= rule.trail_high1) ||
                           (t >= rule.trail_low2 && t <= rule.trail_high2);
        if (!trail) return -1;
        ++pairs;
    }
    return pairs;
}

}  // namespace

bool is_known_charset(std::string_view label) { return open_converter(label) != nullptr; }

namespace {

// ISO-2022: a shift with another one right behind it says nothing, and ICU makes an ill-formed character of
// it. Words of a header that were encoded one by one have them at their seams.
std::string without_empty_shifts(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        const std::size_t length = rest.starts_with("\x1B$(") ? 4 : 3;
        const bool shift = rest.starts_with("\x1B(") || rest.starts_with("\x1B$");
        if (shift && rest.size() > length && rest[length] == '\x1B') {
            at += length;
            continue;
        }
        out += text[at++];
    }
    return out;
}

}  // namespace

std::string charset_of_code_page(std::uint32_t code_page) {
    struct Row {
        std::uint32_t code_page;
        std::string_view label;
    };
    constexpr std::array rows{
        Row{932, "cp932"},          Row{1'200, "utf-16le"},     Row{1'201, "utf-16be"},
        Row{10'000, "macintosh"},   Row{10'001, "cp932"},  // Mac Japanese: the same but for a few signs
        Row{20'127, "us-ascii"},    Row{20'866, "koi8-r"},      Row{20'932, "euc-jp"},
        Row{21'866, "koi8-u"},      Row{50'220, "iso-2022-jp"}, Row{50'221, "iso-2022-jp"},
        Row{50'222, "iso-2022-jp"}, Row{50'225, "iso-2022-kr"}, Row{51'932, "euc-jp"},
        Row{51'949, "euc-kr"},      Row{52'936, "hz-gb-2312"},  Row{54'936, "gb18030"},
        Row{65'000, "utf-7"},       Row{65'001, "utf-8"},
    };
    const auto* const row = std::ranges::find(rows, code_page, &Row::code_page);
    if (row != rows.end()) return std::string(row->label);
    constexpr std::uint32_t iso_8859 = 28'590;  // 28591 is ISO 8859-1, 28605 ISO 8859-15
    if (code_page > iso_8859 && code_page <= iso_8859 + 16)
        return "iso-8859-" + std::to_string(code_page - iso_8859);
    for (const std::string_view prefix : {"windows-", "cp"}) {
        std::string label = std::string(prefix) + std::to_string(code_page);
        if (is_known_charset(label)) return label;
    }
    return "windows-1252";
}

std::string to_utf8(Bytes bytes, std::string_view label) {
    bytes = head(bytes, max_text);
    const std::string_view text = as_text(bytes);
    const std::string name = icu_name(label);
    if (equals_ignoring_case(name, "utf-8")) return is_utf8(text) ? std::string(text) : repair_utf8(text);
    Converter converter = open_converter(label);
    if (!converter) {
        if (is_utf8(text)) return std::string(text);
        converter = open_converter("windows-1252");
        if (!converter) return repair_utf8(text);
    }
    UErrorCode status = U_ZERO_ERROR;
    const bool shifts = name.find("2022") != name.npos && text.find('\x1B') != text.npos;
    const std::string plain = shifts ? without_empty_shifts(text) : std::string();
    const std::string_view read = shifts ? std::string_view(plain) : text;
    const icu::UnicodeString unicode(read.data(), static_cast<std::int32_t>(read.size()), converter.get(),
                                     status);
    return U_SUCCESS(status) ? utf8_of(unicode) : repair_utf8(text);
}

std::optional<std::string> from_utf8(std::string_view utf8, std::string_view label) {
    const Converter converter = open_converter(label);
    if (!converter || utf8.size() > max_text) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
    const icu::UnicodeString unicode = unicode_of(utf8);
    std::string out;
    // The longest character of the charsets at hand takes 8 bytes (ISO-2022 with its escapes).
    out.resize(static_cast<std::size_t>(unicode.length()) * 8 + 16);
    const std::int32_t n = ucnv_fromUChars(converter.get(), out.data(), static_cast<std::int32_t>(out.size()),
                                           unicode.getBuffer(), unicode.length(), &status);
    if (U_FAILURE(status)) return std::nullopt;
    out.resize(static_cast<std::size_t>(n));
    return out;
}

std::string_view guess_charset(Bytes bytes) {
    constexpr std::size_t looked_at = 64u << 10;
    const std::string_view text = as_text(head(bytes, looked_at));
    if (text.starts_with("\xFF\xFE")) return "utf-16le";
    if (text.starts_with("\xFE\xFF")) return "utf-16be";
    if (text.find("\x1B$B") != text.npos || text.find("\x1B$@") != text.npos ||
        text.find("\x1B(I") != text.npos) {
        return "iso-2022-jp";
    }
    // Wide ASCII is well-formed UTF-8 as well, so the NULs decide first.
    std::size_t nul_even = 0;
    std::size_t nul_odd = 0;
    for (std::size_t i = text.find('\0'); i < text.size(); ++i) {
        if (text[i] == '\0') ++(i % 2 == 0 ? nul_even : nul_odd);
    }
    if (nul_odd > text.size() / 4 && nul_even <= nul_odd / 8) return "utf-16le";
    if (nul_even > text.size() / 4 && nul_odd <= nul_even / 8) return "utf-16be";
    // A character that the 64 KB cut in two is no reason to doubt UTF-8.
    for (std::size_t cut = 0; cut < 4 && cut <= text.size(); ++cut) {
        if (is_utf8(text.substr(0, text.size() - cut))) return "utf-8";
        if (text.size() < looked_at) break;
    }
    const long euc = count_pairs(as_bytes(text), euc_jp_rule);
    const long sjis = count_pairs(as_bytes(text), shift_jis_rule);
    if (euc > 0 && euc >= sjis) return "euc-jp";
    return sjis >= 0 ? "shift_jis" : "windows-1252";
}

bool is_ascii(std::string_view text) {
    // All of a run are looked at before any is judged: compilers make wide instructions of that.
    constexpr std::size_t run = 64;
    for (; !text.empty(); text.remove_prefix(std::min(run, text.size()))) {
        unsigned bits = 0;
        for (const char c : text.substr(0, run))
            bits |= static_cast<unsigned char>(c);
        if (bits >= 0x80) return false;
    }
    return true;
}

std::string nfkc(std::string_view utf8) {
    if (is_ascii(utf8)) return std::string(utf8);  // is in that form, as most lines of most mails are
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status) || utf8.size() > max_text) return std::string(utf8);
    std::string out;
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(utf8.size()));
    normalizer->normalizeUTF8(0, piece_of(utf8), sink, nullptr, status);
    return U_SUCCESS(status) ? out : std::string(utf8);
}

std::string fold_case(std::string_view utf8) {
    if (is_ascii(utf8)) return to_lower(utf8);
    if (utf8.size() > max_text) return std::string(utf8);
    std::string out;
    icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(utf8.size()));
    UErrorCode status = U_ZERO_ERROR;
    icu::CaseMap::utf8Fold(U_FOLD_CASE_DEFAULT, piece_of(utf8), sink, nullptr, status);
    return U_SUCCESS(status) ? out : std::string(utf8);
}

std::string fold_characters(std::string_view utf8) {
    if (is_ascii(utf8)) return to_lower(utf8);
    if (utf8.size() > max_text) return std::string(utf8);
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        std::size_t run = static_cast<std::size_t>(std::ranges::find_if_not(utf8, ascii) - utf8.begin());
        for (const char c : utf8.substr(0, run))
            out.push_back(ascii_lower(c));
        utf8.remove_prefix(run);
        run = caseless_run(utf8);
        out += utf8.substr(0, run);
        utf8.remove_prefix(run);
        run = 0;
        while (run < utf8.size() && !ascii(utf8[run]) && caseless_run(utf8.substr(run)) == 0)
            ++run;
        fold_each(utf8.substr(0, run), out);
        utf8.remove_prefix(run);
    }
    return out;
}

void warm_up_charsets() {
    for (const std::string_view label :
         {"utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "utf-16le", "utf-16be", "utf-7", "windows-1252",
          "iso-8859-2", "windows-1251", "koi8-r", "gb18030", "big5", "euc-kr", "iso-2022-kr", "windows-949",
          "windows-1250", "iso-8859-15"}) {
        (void)to_utf8(as_bytes("a"), label);
    }
    (void)nfkc("\xEF\xBD\xB1");
    (void)fold_case("A");
}

}  // namespace sekisho::base

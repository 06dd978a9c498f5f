#include "scanner/office/doc_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/ole_objects.h"

namespace sekisho::scanner::office {

namespace {

// What of the FIB (2.5.1) is needed here.
struct Fib {
    static constexpr std::uint16_t word_97 = 0x00C1;

    std::uint16_t version = 0;
    std::uint16_t language = 0;
    std::uint32_t text_begin = 0;  // fcMin, fcMac: all of the text, where it was not saved in pieces
    std::uint32_t text_end = 0;
    base::Bytes assoc;  // SttbfAssoc, Clx: views into the table stream
    base::Bytes clx;
};

// A stretch of the table stream, as a pair of the FIB names it; empty where it is not there.
base::Bytes stretch(base::Bytes pairs, std::size_t index, base::Bytes table) {
    base::Cursor in(pairs);
    if (!in.seek(8 * index)) return {};
    const std::uint32_t offset = in.u32_le().value_or(0);
    const std::uint32_t size = in.u32_le().value_or(0);
    if (offset > table.size()) return {};
    return base::head(table.subspan(offset), size);
}

base::Result<Fib> read_fib(base::Bytes document, base::Bytes table) {
    constexpr std::size_t index_of_assoc = 32;
    constexpr std::size_t index_of_clx = 33;
    Fib out;
    base::Cursor in(document);
    SEKISHO_TRY(in.skip(2));
    out.version = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(2));
    out.language = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.seek(0x18));
    out.text_begin = SEKISHO_TRY(in.u32_le());
    out.text_end = SEKISHO_TRY(in.u32_le());
    if (out.version < Fib::word_97) return out;
    const std::uint16_t words = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(2U * words));
    const std::uint16_t longs = SEKISHO_TRY(in.u16_le());
    SEKISHO_TRY(in.skip(4U * longs));
    const std::uint16_t pairs = SEKISHO_TRY(in.u16_le());
    const base::Bytes all = base::head(in.rest(), 8U * pairs);
    out.assoc = stretch(all, index_of_assoc, table);
    out.clx = stretch(all, index_of_clx, table);
    return out;
}

// Code pages of the languages that Word 6 and 95 were sold in.
struct LanguageRow {
    std::uint16_t language;
    std::uint32_t code_page;
};
constexpr std::array languages{
    LanguageRow{0x0404, 950},  LanguageRow{0x0405, 1250}, LanguageRow{0x0408, 1253},
    LanguageRow{0x040D, 1255}, LanguageRow{0x040E, 1250}, LanguageRow{0x0411, 932},
    LanguageRow{0x0412, 949},  LanguageRow{0x0415, 1250}, LanguageRow{0x0419, 1251},
    LanguageRow{0x041F, 1254}, LanguageRow{0x0804, 936},
};
std::string charset_of_language(std::uint16_t language) {
    const auto* const row = std::ranges::find(languages, language, &LanguageRow::language);
    return base::charset_of_code_page(row == languages.end() ? 1252 : row->code_page);
}

// One document being read.
class Reader {
public:
    Reader(base::Bytes document, Output& text, Budget& budget)
        : document_(document), output_(text), budget_(budget) {}

    WordText run(base::Bytes table) {
        const auto fib = read_fib(document_, table);
        if (!fib) {
            out_.damaged = true;
        } else if (fib->version < Fib::word_97) {
            read_stretch(fib->text_begin, fib->text_end - std::min(fib->text_begin, fib->text_end),
                         charset_of_language(fib->language));
        } else {
            out_.damaged = !read_pieces(fib->clx) || out_.damaged;
            if (pieces_ == 0) read_without_pieces(*fib);
            read_assoc(fib->assoc);
        }
        fields_.finish();
        out_.fields.assign(fields_.fields().begin(), fields_.fields().end());
        out_.limited = fields_.cut();
        return std::move(out_);
    }

private:
    // Clx, 2.9.38: formatting that is left out, then the one Pcdt.
    bool read_pieces(base::Bytes clx) {
        constexpr std::uint8_t formatting = 1;
        constexpr std::uint8_t piece_table = 2;
        base::Cursor in(clx);
        while (!in.at_end()) {
            const std::uint8_t kind = in.u8().value_or(0);
            if (kind == formatting) {
                if (!in.skip(in.u16_le().value_or(0))) return false;
            } else if (kind == piece_table) {
                const std::uint32_t size = in.u32_le().value_or(0);
                const base::Bytes plc = base::head(in.rest(), size);
                return read_piece_table(plc) && plc.size() == size;
            } else {
                return false;
            }
        }
        return false;
    }

    // PlcPcd, 2.8.35: n + 1 places in the text, then n descriptors of 8 bytes.
    bool read_piece_table(base::Bytes plc) {
        if (plc.size() < 4) return false;
        const std::size_t count = (plc.size() - 4) / 12;
        if (!budget_.spend_steps(count)) return false;
        base::Cursor places(plc);
        base::Cursor descriptors(plc.subspan(4 * (count + 1)));
        bool sound = true;
        std::uint32_t begin = places.u32_le().value_or(0);
        for (; pieces_ < count && room_; ++pieces_) {
            const std::uint32_t end = places.u32_le().value_or(0);
            (void)descriptors.skip(2);
            const std::uint32_t where = descriptors.u32_le().value_or(0);
            (void)descriptors.skip(2);
            sound = end >= begin && read_piece(end - std::min(begin, end), where) && sound;
            begin = end;
        }
        return sound;
    }

    // FcCompressed, 2.9.73.
    bool read_piece(std::uint64_t characters, std::uint32_t where) {
        constexpr std::uint32_t compressed = 0x4000'0000;
        constexpr std::uint32_t offset_bits = 0x3FFF'FFFF;
        const std::uint32_t offset = where & offset_bits;
        if ((where & compressed) != 0) return read_stretch(offset / 2, characters, "windows-1252");
        return read_stretch(offset, 2 * characters, "utf-16le");
    }

    // What a document without a piece table would hold. True to the letter it is damaged.
    void read_without_pieces(const Fib& fib) {
        const std::uint32_t size = fib.text_end - std::min(fib.text_begin, fib.text_end);
        if (fib.text_begin > document_.size()) return;
        const std::string_view text =
            base::as_text(base::head(document_.subspan(fib.text_begin), std::min(size, 4'096U)));
        const bool wide = text.find('\0') != text.npos;
        read_stretch(fib.text_begin, size, wide ? "utf-16le" : charset_of_language(fib.language));
    }

    // False: it reaches beyond the stream.
    bool read_stretch(std::uint64_t offset, std::uint64_t size, const std::string& charset) {
        constexpr std::size_t block = 64u << 10;
        if (offset > document_.size()) return size == 0;
        base::Bytes rest = document_.subspan(static_cast<std::size_t>(offset));
        const bool whole = size <= rest.size();
        rest = base::head(rest, static_cast<std::size_t>(std::min<std::uint64_t>(size, rest.size())));
        given_ += rest.size();
        if (given_ / 2 > document_.size() || !budget_.spend_steps(rest.size())) {
            room_ = false;
            return false;
        }
        while (!rest.empty() && room_) {
            std::size_t taken = std::min(rest.size(), block);
            // Not between the halves of a character beyond the basic plane.
            const bool splits = charset == "utf-16le" && taken < rest.size() &&
                                (std::to_integer<unsigned>(rest[taken - 1]) & 0xFCU) == 0xD8;
            if (splits) taken -= 2;
            take(base::to_utf8(rest.first(taken), charset));
            rest = rest.subspan(taken);
        }
        return whole;
    }

    void take(std::string_view utf8) {
        const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
        while (!utf8.empty()) {
            const auto end_at = std::ranges::find_if(utf8, is_control);
            const auto end = static_cast<std::size_t>(end_at - utf8.begin());
            put(utf8.substr(0, end));
            if (end == utf8.size()) return;
            take_control(utf8[end]);
            utf8.remove_prefix(end + 1);
        }
    }

    void take_control(char c) {
        switch (c) {
            case 0x13:
                return fields_.begin();
            case 0x14:
                return fields_.separate();
            case 0x15:
                return close_field();
            case 0x07:  // end of a cell
            case 0x09:
                return put("\t");
            case 0x0A:
            case 0x0B:
            case 0x0C:
            case 0x0D:
            case 0x0E:
                return put("\n");
            case 0x1E:  // a hyphen that does not break
                return put("-");
            default:  // places of pictures, notes and the like
                return;
        }
    }

    // A link says where it leads, as a text mail would.
    void close_field() {
        const WordField* const field = fields_.end();
        const bool is_link = field != nullptr && field->kind == WordField::Kind::hyperlink;
        if (is_link && is_web_address(field->target)) put(fmt::format(" <{}>", field->target));
    }

    void put(std::string_view utf8) {
        fields_.text(utf8);
        if (!fields_.in_instruction()) room_ = room_ && output_.write(base::as_bytes(utf8));
    }

    // STTB, 2.2.4, of UTF-16 strings without extra data. The second is the template.
    void read_assoc(base::Bytes sttb) {
        base::Cursor in(sttb);
        if (in.u16_le().value_or(0) != 0xFFFF || in.u16_le().value_or(0) < 2 || !in.skip(2)) return;
        if (!in.skip(2U * in.u16_le().value_or(0))) return;
        const std::uint32_t size = 2U * in.u16_le().value_or(0);
        out_.template_path = base::to_utf8(base::head(in.rest(), size), "utf-16le");
    }

    base::Bytes document_;
    Output& output_;
    Budget& budget_;
    WordText out_;
    FieldReader fields_;
    std::size_t pieces_ = 0;
    std::uint64_t given_ = 0;
    bool room_ = true;
};

void report(const WordText& found, const Part& part, Findings& findings) {
    report_fields(found.fields, part.id, findings);
    const TargetPlace place = place_of(found.template_path);
    if (place == TargetPlace::remote)
        findings.add(is_named_as_house(found.template_path) ? "office.remote-template.house"
                                                            : "office.remote-template",
                     part.id, found.template_path);
    if (place == TargetPlace::corporate) findings.add("office.template-path", part.id, found.template_path);
    if (found.damaged) findings.add("document.damaged", part.id, "text of a Word document");
    if (found.limited) findings.add("rtf.limit", part.id, "fields of a Word document");
}

}  // namespace

WordText read_word_text(base::Bytes document, base::Bytes table, Output& text, Budget& budget) {
    return Reader(document, text, budget).run(table);
}

std::string_view table_stream_of(base::Bytes document) {
    constexpr unsigned which_table = 0x0200;  // fWhichTblStm
    base::Cursor in(document);
    if (!in.seek(0x0A)) return "0Table";
    return (in.u16_le().value_or(0) & which_table) != 0 ? "1Table" : "0Table";
}

bool open_word_texts(const Part& part, Cfb& cfb, Extraction& extraction) {
    constexpr std::size_t most = 16;
    std::size_t met = 0;
    const auto entries = cfb.entries();
    for (std::uint32_t i = 0; i < entries.size() && met < most; ++i) {
        const CfbEntry& entry = entries[i];
        if (entry.kind != CfbEntry::Kind::stream || !base::equals_ignoring_case(entry.name, "WordDocument"))
            continue;
        ++met;
        const CfbStream document = cfb.read(i, extraction.budget());
        if (is_encrypted_word(document.bytes)) continue;
        const auto index = cfb.find(entry.parent, table_stream_of(document.bytes));
        const CfbStream table = index ? cfb.read(*index, extraction.budget()) : CfbStream{};
        Output text = extraction.new_output();
        report(read_word_text(document.bytes, table.bytes, text, extraction.budget()), part,
               extraction.findings());
        if (text.size() == 0) continue;
        // Text that shows code is no script that somebody attached: its type is said.
        ChildSpec spec{.label = "text",
                       .claimed_type = "text/plain",
                       .type = "text/plain",
                       .charset = "utf-8",
                       .opened_by = "doc-text"};
        if (!extraction.add_child(std::move(spec), std::move(text))) return false;
    }
    return true;
}

}  // namespace sekisho::scanner::office

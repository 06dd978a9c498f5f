#include "scanner/office/xlm/biff.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/xlm/biff_cells.h"
#include "scanner/office/xlm/biff_records.h"

namespace sekisho::scanner::office::xlm {

namespace {

constexpr std::uint16_t type_globals = 0x0005;
constexpr std::uint16_t type_macro_sheet = 0x0040;

// [MS-XLS] 2.5.114 BuiltInName.
constexpr std::array<std::string_view, 14> built_in_names{
    "Consolidate_Area", "Auto_Open",       "Auto_Close",   "Extract",        "Database",
    "Criteria",         "Print_Area",      "Print_Titles", "Recorder",       "Data_Form",
    "Auto_Activate",    "Auto_Deactivate", "Sheet_Title",  "_FilterDatabase"};

struct BoundSheet {
    std::uint32_t position = 0;
    std::uint8_t type = 0;
};

class BiffReader {
public:
    BiffReader(base::Bytes stream, Budget& budget) : stream_(stream), budget_(budget) {
        book_.dialect = biff_version(stream) == 8 ? Dialect::biff8 : Dialect::biff5;
    }

    Book run() {
        if (budget_.spend_steps(stream_.size())) {
            walk();
            if (!book_.locked) read_sheets();
        }
        return std::move(book_);
    }

private:
    bool biff8() const { return book_.dialect == Dialect::biff8; }

    // All records once: what the globals say, and where the substreams begin.
    void walk() {
        RecordReader in(stream_);
        bool globals = false;
        int depth = 0;
        while (auto found = in.next()) {
            const Record& at = *found;
            if (at.type == record::bof) {
                const std::uint16_t type = type_of(at.data);
                globals = depth == 0 && type == type_globals;
                if (depth == 0 && type != type_globals) note_substream(at.offset, type);
                ++depth;
            } else if (at.type == record::end_of_substream) {
                depth = std::max(0, depth - 1);
                globals = false;
            } else if (at.type == record::file_pass) {
                book_.locked = true;
            } else if (globals) {
                read_global(in, at);
            }
            if (at.cut && depth > 0) book_.note_damage("the workbook stream ends within a record");
            if (book_.locked) break;
        }
        find_listed();
        name_substreams();
    }

    // Garbage between the records hides nothing: Excel goes where BoundSheet8 points.
    void find_listed() {
        for (const BoundSheet& bound : bound_) {
            if (std::ranges::find(substreams_, bound.position, &Substream::offset) != substreams_.end())
                continue;
            RecordReader in(stream_);
            if (!in.seek(bound.position)) continue;
            const auto at = in.next();
            if (at && at->type == record::bof) note_substream(bound.position, type_of(at->data));
        }
    }

    static std::uint16_t type_of(base::Bytes bof) {
        base::Cursor in(bof);
        (void)in.skip(2);
        return in.u16_le().value_or(0);
    }

    void note_substream(std::size_t offset, std::uint16_t type) {
        if (substreams_.size() < max_sheets) {
            substreams_.push_back({offset, type});
        } else {
            book_.note_damage("more sheets than are read");
        }
    }

    // Substreams that no BoundSheet8 points to get a sheet of their own.
    void name_substreams() {
        for (std::size_t turn = 0; turn < substreams_.size(); ++turn) {
            Substream& sub = substreams_[turn];
            const auto listed = std::ranges::find(bound_, sub.offset, &BoundSheet::position);
            if (listed != bound_.end()) {
                sub.sheet = static_cast<std::size_t>(listed - bound_.begin());
            } else if (bound_.size() == substreams_.size()) {
                sub.sheet = turn;
            } else {
                sub.sheet = book_.sheets.size();
                book_.sheets.push_back({.name = fmt::format("Sheet at {}", sub.offset)});
            }
            if (sub.type == type_macro_sheet) book_.sheets[sub.sheet].macro = true;
        }
    }

    void read_global(RecordReader& in, const Record& at) {
        switch (at.type) {
            case record::code_page:
                book_.charset = base::charset_of_code_page(base::Cursor(at.data).u16_le().value_or(1252));
                break;
            case record::bound_sheet:
                read_bound_sheet(at.data);
                break;
            case record::name:
                read_name(at.data);
                break;
            case record::sup_book:
                read_sup_book(at.data);
                break;
            case record::extern_sheet:
                read_extern_sheet(in, at.data);
                break;
            case record::extern_name:
                read_extern_name(at.data);
                break;
            case record::shared_strings:
                strings_.assign(1, at.data);
                in.take_continued(strings_);
                break;
            default:
                break;
        }
    }

    std::string short_string(base::Cursor& in, std::size_t count) const {
        if (biff8()) return flagged_string(in, count).value_or("");
        const auto bytes = in.take(std::min(count, in.left()));
        return bytes ? base::to_utf8(*bytes, book_.charset) : std::string();
    }

    void read_bound_sheet(base::Bytes data) {
        base::Cursor in(data);
        BoundSheet bound;
        bound.position = in.u32_le().value_or(0);
        const std::uint8_t state = in.u8().value_or(0) & 3U;  // other bits are set to mislead
        bound.type = in.u8().value_or(0);
        if (book_.sheets.size() >= max_sheets) return book_.note_damage("more sheets than are read");
        Sheet sheet;
        sheet.state = state == 0   ? SheetState::visible
                      : state == 2 ? SheetState::very_hidden
                                   : SheetState::hidden;
        sheet.macro = bound.type == 1;
        sheet.name = short_string(in, in.u8().value_or(0));
        bound_.push_back(bound);
        book_.sheets.push_back(std::move(sheet));
    }

    // [MS-XLS] 2.4.150.
    void read_name(base::Bytes data) {
        base::Cursor in(data);
        const std::uint16_t flags = in.u16_le().value_or(0);
        (void)in.u8();
        const std::size_t count = in.u8().value_or(0);
        const std::size_t size = in.u16_le().value_or(0);
        if (!in.skip(8) || book_.names.size() >= max_names)
            return book_.note_damage("a name is cut, or one too many");
        Name name;
        name.hidden = (flags & 0x0001U) != 0;
        name.built_in = (flags & 0x0020U) != 0;
        name.name = short_string(in, count);
        if (name.built_in && !name.name.empty()) {
            const auto number = static_cast<unsigned char>(name.name[0]);
            if (number < built_in_names.size()) name.name.replace(0, 1, built_in_names[number]);
        }
        name.formula.tokens = base::head(in.rest(), size);
        if (name.formula.tokens.size() < size) book_.note_damage("a name's formula is cut");
        (void)in.skip(name.formula.tokens.size());
        name.formula.extra = in.rest();
        book_.names.push_back(std::move(name));
    }

    // [MS-XLS] 2.4.271: what is linked to.
    void read_sup_book(base::Bytes data) {
        constexpr std::uint16_t own_book = 0x0401;
        constexpr std::uint16_t addin = 0x3A01;
        if (book_.links.size() >= max_links) return book_.note_damage("more links than are read");
        base::Cursor in(data);
        (void)in.u16_le();
        const std::uint16_t count = in.u16_le().value_or(0);
        Link link;
        if (in.at_end()) {
            link.kind = count == addin      ? Link::Kind::addin
                        : count == own_book ? Link::Kind::own
                                            : Link::Kind::file;
        } else {
            set_target(link, flagged_string(in, count).value_or(""));
        }
        book_.links.push_back(std::move(link));
    }

    // A VirtualPath, [MS-XLS] 2.5.277: control characters stand for parts of a path; \x03 parts the program
    // from what it is asked.
    static void set_target(Link& link, std::string path) {
        if (path.size() > 1 && path.find('\x03', 1) != path.npos &&
            static_cast<unsigned char>(path[0]) > 0x08) {
            link.kind = Link::Kind::dde;
            std::ranges::replace(path, '\x03', '|');
        }
        std::erase_if(path, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
        link.target = std::move(path);
    }

    void read_extern_sheet(RecordReader& in, base::Bytes data) {
        if (!biff8()) return read_extern_sheet_biff5(data);
        std::vector<base::Bytes> parts{data};
        in.take_continued(parts);
        Pieces all(std::move(parts));
        const std::uint16_t count = all.u16();
        for (std::uint16_t i = 0; i < count && !all.at_end() && book_.ranges.size() < max_links; ++i) {
            SheetRange range;
            range.link = all.u16();
            range.first = static_cast<std::int16_t>(all.u16());
            range.last = static_cast<std::int16_t>(all.u16());
            book_.ranges.push_back(range);
        }
    }

    void read_extern_sheet_biff5(base::Bytes data) {
        constexpr std::uint8_t own_sheet = 3;
        if (book_.links.size() >= max_links) return;
        base::Cursor in(data);
        const std::size_t count = in.u8().value_or(0);
        const std::uint8_t kind = in.u8().value_or(0);
        Link link;
        const std::string name = short_string(in, count);
        if (kind == own_sheet) {
            link.kind = Link::Kind::own;
            link.target = name;
        } else {
            set_target(link, name);
        }
        book_.links.push_back(std::move(link));
    }

    // [MS-XLS] 2.4.107.
    void read_extern_name(base::Bytes data) {
        constexpr std::size_t most = 10'000;
        if (book_.links.empty() || book_.links.back().names.size() >= most) return;
        base::Cursor in(data);
        (void)in.skip(6);
        book_.links.back().names.push_back(short_string(in, in.u8().value_or(0)));
    }

    void read_sheets() {
        const auto read = [this](bool macros) {
            for (const Substream& sub : substreams_) {
                Sheet& sheet = book_.sheets[sub.sheet];
                if (sheet.macro != macros) continue;
                if (!macros && sub.type == 0x0020) continue;  // a chart
                read_biff_cells(stream_, sub.offset, book_, sheet, budget_);
            }
        };
        read(true);
        if (!book_.has_macros()) return;
        read_strings();
        // Macro sheets first: what is left of max_cells is for the others.
        for (const Substream& sub : substreams_)
            resolve_strings(sub.sheet);
        read(false);
        for (std::size_t i = 0; i < book_.sheets.size(); ++i)
            resolve_strings(i);
    }

    // [MS-XLS] 2.4.265.
    void read_strings() {
        if (strings_.empty()) return;
        std::uint64_t size = 0;
        for (const base::Bytes piece : strings_)
            size += piece.size();
        if (!budget_.spend_steps(4 * size)) return;
        Pieces all(std::move(strings_));
        (void)all.u32();
        const std::uint32_t count = all.u32();
        bool cut = false;
        for (std::uint32_t i = 0; i < count && i < max_strings && !cut && !all.at_end(); ++i)
            book_.strings.push_back(all.rich_string(cut));
        if (cut) book_.note_damage("the table of strings is cut");
    }

    // Cells name their string by number until the table is there.
    void resolve_strings(std::size_t index) {
        Sheet& sheet = book_.sheets[index];
        for (auto& [key, cell] : sheet.cells)
            resolve_shared_string(book_, cell.value);
    }

    struct Substream {
        std::size_t offset = 0;
        std::uint16_t type = 0;
        std::size_t sheet = 0;
    };

    base::Bytes stream_;
    Budget& budget_;
    Book book_;
    std::vector<BoundSheet> bound_;  // as the first of book_.sheets
    std::vector<Substream> substreams_;
    std::vector<base::Bytes> strings_;
};

}  // namespace

int biff_version(base::Bytes stream) {
    base::Cursor in(stream);
    const std::uint16_t type = in.u16_le().value_or(0);
    const std::uint16_t size = in.u16_le().value_or(0);
    const std::uint16_t version = in.u16_le().value_or(0);
    const std::uint16_t kind = in.u16_le().value_or(0xFFFF);
    constexpr std::array<std::uint16_t, 6> kinds{0x0005, 0x0006, 0x0010, 0x0020, 0x0040, 0x0100};
    if (std::ranges::find(kinds, kind) == kinds.end()) return 0;
    if (type == record::bof && size >= 4 && size <= 32)
        return version == 0x0600 ? 8 : version == 0x0500 ? 5 : 0;
    if (size != 4 && size != 6) return 0;
    if (type == 0x0009) return 2;
    if (type == 0x0209) return 3;
    return type == 0x0409 ? 4 : 0;
}

Book read_biff(base::Bytes stream, Budget& budget) { return BiffReader(stream, budget).run(); }

}  // namespace sekisho::scanner::office::xlm

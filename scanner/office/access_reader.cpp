#include "scanner/office/access_reader.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/access_macros.h"
#include "scanner/office/access_modules.h"
#include "scanner/office/access_storage.h"
#include "scanner/office/access_tables.h"
#include "scanner/office/access_texts.h"
#include "scanner/office/access_values.h"
#include "scanner/office/cfb.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::uint32_t catalogue_page = 2;
constexpr std::uint32_t page_bits = 0x00FF'FFFF;  // of an object's number: the page of its table
constexpr std::int32_t table_type = 1;
constexpr std::size_t least_object = 16;    // smaller ones hold nothing that could be opened
constexpr std::size_t most_items = 65'536;  // twice what Access has room for

class Reader {
public:
    Reader(const Part& part, const AccessPages& pages, Extraction& extraction)
        : part_(part),
          pages_(pages),
          extraction_(extraction),
          values_(pages, extraction.budget()),
          modules_(part, extraction),
          texts_(extraction),
          objects_(extraction.new_output()),
          moved_(std::size_t{pages.count()} << 8) {}

    void run() {
        cover();
        if (budget().spend_steps(part_.bytes.size())) room_ = read_tables() && open_storage() && open_rest();
        if (room_ && !has_project_ && !modules_.found()) room_ = modules_.look_at(part_.bytes);
        // What was read until the budget was spent counts as well.
        if (texts_.finish()) (void)add_objects();
        report();
    }

private:
    // Where a row was read from: pages that are no longer the table's own may hold anything.
    struct Place {
        const AccessTable& table;
        std::string_view name;
        bool sound;
    };

    Budget& budget() { return extraction_.budget(); }
    void tell(std::string what) {
        if (broken_.empty()) broken_ = std::move(what);
    }
    void tell(const Place& place, std::string_view what) {
        if (place.sound) tell(fmt::format("table \"{}\": {}", place.name, what));
    }

    // Pages of a kind that holds no file of its own, and those whose values come out as children.
    void cover() {
        const std::size_t size = pages_.page_size();
        for (std::uint32_t i = 0; i < pages_.count(); ++i) {
            const AccessPages::Kind kind = pages_.kind(i);
            if (i == 0 || (kind != AccessPages::Kind::other && kind != AccessPages::Kind::header))
                extraction_.covers(part_.bytes.subspan(i * size, size));
        }
    }

    bool read_tables() {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> owned;  // table and page
        for (std::uint32_t i = 1; i < pages_.count(); ++i) {
            if (pages_.kind(i) == AccessPages::Kind::data && !pages_.holds_values(i))
                owned.emplace_back(pages_.owner(i), i);
        }
        std::ranges::sort(owned);
        names_[catalogue_page] = "MSysObjects";
        // The catalogue first: it has the names of the others.
        const auto catalogue =
            std::ranges::equal_range(owned, catalogue_page, {}, [](const auto& pair) { return pair.first; });
        if (!read_table(catalogue_page, {catalogue.begin(), catalogue.end()})) return false;
        for (const AccessObject& object : catalogue_) {
            if (object.type != table_type) continue;
            names_.emplace(object.id & page_bits, object.name);
            if (pages_.kind(object.id & page_bits) != AccessPages::Kind::table)
                tell(fmt::format("definition of table \"{}\"", object.name));
        }
        for (auto begin = owned.begin(); begin != owned.end();) {
            const std::uint32_t table = begin->first;
            const auto end = std::ranges::find_if(begin, owned.end(),
                                                  [&](const auto& pair) { return pair.first != table; });
            if (table != catalogue_page && !read_table(table, {begin, end})) return false;
            begin = end;
        }
        return true;
    }

    bool read_table(std::uint32_t page, std::span<const std::pair<std::uint32_t, std::uint32_t>> owned) {
        const auto name = names_.find(page);
        const auto table = read_access_table(pages_, page, budget());
        if (!table || table->damaged) {
            if (name != names_.end()) tell(fmt::format("definition of table \"{}\"", name->second));
            if (!table) return budget().in_time();
        }
        if (name != names_.end() && owns_missing_pages(pages_, *table, budget()))
            tell(fmt::format("pages of table \"{}\"", name->second));
        for (const auto& [owner, number] : owned) {
            const Place place{.table = *table,
                              .name = name == names_.end() ? std::string_view() : name->second,
                              .sound = name != names_.end() && owns_page(pages_, *table, number)};
            if (!budget().spend_steps(pages_.page_size()) || !read_page(place, number)) return false;
        }
        return true;
    }

    bool read_page(const Place& place, std::uint32_t number) {
        std::vector<AccessCell> cells;
        for (std::uint32_t i = 0; i < pages_.rows(number); ++i) {
            const auto row = pages_.row(number, i);
            if (!row) tell(place, row.error().message);
            if (!row || row->deleted || row->bytes.empty()) continue;
            const base::Bytes bytes = row->moved ? moved_to(place, row->bytes) : row->bytes;
            if (bytes.empty()) continue;
            // A bit of its null mask for each of its columns, at most.
            if (!budget().spend_steps(8 * bytes.size())) return false;
            cells.clear();
            if (!read_access_row(pages_, place.table, bytes, cells)) tell(place, "a row that is broken");
            if (!take(place, cells)) return false;
        }
        return true;
    }

    base::Bytes moved_to(const Place& place, base::Bytes link) {
        const AccessPointer at = access_number(link, 0, 4);
        const auto row = pages_.row(at);
        if (row && !row->bytes.empty() && !row->moved && !moved_[at]) {
            moved_[at] = true;
            return row->bytes;
        }
        tell(place, "a row that was moved is lost");
        return {};
    }

    bool take(const Place& place, std::span<const AccessCell> cells) {
        if (place.table.page == catalogue_page) return take_object(place, cells);
        if (place.name == "MSysAccessStorage") return take_stream(place, cells);
        if (place.name == "MSysAccessObjects") return take_piece(place, cells);
        return take_row(place, cells);
    }

    // Text of a cell; of a memo the value is read, which can be done once.
    std::string text_of(const Place& place, const AccessCell& cell) {
        if (cell.column->type != AccessColumn::Type::memo) return access_text(pages_, cell.bytes);
        const AccessValue value = values_.read(cell.bytes);
        if (value.broken) tell(place, "a long value is not whole");
        std::string joined;
        for (const base::Bytes piece : value.pieces)
            joined += base::as_text(piece);
        return access_text(pages_, base::as_bytes(joined));
    }
    AccessBytes value_of(const Place& place, const AccessCell& cell) {
        if (!cell.column->is_long_value()) return {cell.bytes, nullptr};
        const AccessValue value = values_.read(cell.bytes);
        if (value.broken) tell(place, "a long value is not whole");
        return values_.join(value);
    }

    bool take_object(const Place& place, std::span<const AccessCell> cells) {
        AccessObject object;
        std::vector<AccessBytes> blobs;
        for (const AccessCell& cell : cells) {
            const std::string& name = cell.column->name;
            if (cell.column->is_text()) {
                std::string text = text_of(place, cell);
                if (!texts_.write(text)) return false;
                if (name == "Name") object.name = text;
                if (name == "Connect") object.connect = text;
                if (name == "Database") object.database = text;
            } else if (cell.column->type == AccessColumn::Type::ole) {
                blobs.push_back(value_of(place, cell));
            } else if (name == "Id") {
                object.id = cell.number();
            } else if (name == "Type") {
                object.type = static_cast<std::int16_t>(cell.number());
            }
        }
        // The macros of Access 97 stand here.
        const bool macro = object.is_macro() && pages_.jet3();
        for (const AccessBytes& blob : blobs) {
            if (!take_blob(blob.bytes, macro)) return false;
        }
        if (catalogue_.size() < most_items) {
            catalogue_.push_back(std::move(object));
        } else {
            tell("more objects than any database has");
        }
        texts_.end_row();
        return true;
    }

    bool take_stream(const Place& place, std::span<const AccessCell> cells) {
        constexpr std::uint32_t stream = 2;
        AccessStorage::Item item;
        for (const AccessCell& cell : cells) {
            const std::string& name = cell.column->name;
            if (name == "Id") item.id = cell.number();
            if (name == "ParentId") item.parent = cell.number();
            if (name == "Type") item.stream = cell.number() == stream;
            if (name == "Name") item.name = text_of(place, cell);
            if (name == "Lv") item.value = value_of(place, cell);
        }
        if (storage_.items().size() < most_items) {
            storage_.add(std::move(item));
        } else {
            tell("more streams than any database has");
        }
        return true;
    }

    bool take_piece(const Place& place, std::span<const AccessCell> cells) {
        std::uint32_t id = 0;
        for (const AccessCell& cell : cells) {
            if (cell.column->name == "ID") id = cell.number();
            if (cell.column->name != "Data") continue;
            if (pieces_.size() < most_items) {
                pieces_.emplace(id, value_of(place, cell));
            } else {
                tell("more pieces than any project has");
            }
        }
        return true;
    }

    bool take_row(const Place& place, std::span<const AccessCell> cells) {
        const bool system = place.name.starts_with("MSys");
        std::string file_name;
        for (const AccessCell& cell : cells) {
            if (!cell.column->is_text()) continue;
            const std::string text = text_of(place, cell);
            if (cell.column->name == "FileName") file_name = text;
            if (cell.column->hyperlink) macros_.look_at_hyperlink(text, part_.id, extraction_.findings());
            if (place.name == "MSysQueries") macros_.look_at_query(text);
            if (!texts_.write(text)) return false;
        }
        for (const AccessCell& cell : cells) {
            if (cell.column->type != AccessColumn::Type::ole) continue;
            const AccessBytes value = value_of(place, cell);
            ChildSpec spec;
            spec.label = fmt::format("value:{}.{}", place.name, cell.column->name);
            spec.name = file_name;
            spec.opened_by = "access-value";
            const bool attachment = cell.column->name == "FileData" && !file_name.empty();
            if (attachment ? !add_access_attachment(extraction_, std::move(spec), value)
                : system   ? !take_blob(value.bytes)
                           : !add_object(std::move(spec), value))
                return false;
        }
        texts_.end_row();
        return true;
    }

    bool add_object(ChildSpec spec, const AccessBytes& value) {
        if (value.bytes.size() < least_object) return true;
        const base::Bytes inside = inside_access_object(value.bytes);
        if (!Cfb::has_magic(inside) && !modules_.look_at(inside)) return false;
        return extraction_.add_child(std::move(spec), inside, value.storage);
    }

    // Bytes of Access' own: what they run, the strings in them, and a place among the objects.
    bool take_blob(base::Bytes bytes, bool should_be_macro = false) {
        if (bytes.empty()) return true;
        if (!budget().spend_steps(4 * bytes.size()) || !modules_.look_at(bytes)) return false;
        const AccessMacroText text{.narrow = pages_.jet3(), .charset = pages_.charset()};
        const bool in_macro = should_be_macro && !macros_.look_at_macro(bytes, text, budget());
        if (!should_be_macro) macros_.look_at_form(bytes, text, budget());
        bool room = true;
        access_strings(bytes, [&](const std::string& text) {
            macros_.look_at(text, in_macro);
            room = room && texts_.write(text);
        });
        return room && objects_.write(bytes);
    }

    bool open_storage() {
        storage_.link();
        for (const std::size_t project : storage_.projects()) {
            if (storage_.items()[project].taken) continue;
            Output output = extraction_.new_output();
            if (!storage_.write(project, output)) return false;
            if (!add_project(std::move(output))) return false;
        }
        for (const AccessStorage::Item& item : storage_.items()) {
            if (item.taken) continue;
            const base::Bytes bytes = item.value.bytes;
            if (!Cfb::has_magic(bytes)) {
                if (!take_blob(bytes, item.macro && item.name.starts_with("Blob"))) return false;
                continue;
            }
            ChildSpec spec;
            spec.label = fmt::format("value:MSysAccessStorage.{}", item.name);
            spec.opened_by = "access-value";
            if (!extraction_.add_child(std::move(spec), bytes, item.value.storage)) return false;
        }
        texts_.end_row();
        return true;
    }

    bool add_project(Output output) {
        has_project_ = true;
        ChildSpec spec;
        spec.label = "vba-project";
        spec.name = "vbaProject.bin";
        spec.opened_by = "access-storage";
        return extraction_.add_child(std::move(spec), std::move(output));
    }

    // The compound file in pieces, and what no row leads to.
    bool open_rest() {
        constexpr std::string_view magic("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
        Output joined = extraction_.new_output();
        for (const auto& [id, piece] : pieces_) {
            const std::size_t begin = joined.size() > 0 ? 0 : base::as_text(piece.bytes).find(magic);
            const base::Bytes rest =
                begin == std::string_view::npos ? base::Bytes() : piece.bytes.subspan(begin);
            if (rest.empty() && !take_blob(piece.bytes)) return false;
            if (!joined.write(rest)) return false;
        }
        if (joined.size() > 0 && !add_project(std::move(joined))) return false;
        return values_.strays([this](base::Bytes stray) {
            return budget().spend_steps(stray.size()) && modules_.look_at(stray) && objects_.write(stray);
        });
    }

    bool add_objects() {
        if (objects_.size() == 0) return true;
        ChildSpec spec;
        spec.label = "objects";
        spec.name = "objects.bin";
        spec.type = "application/octet-stream";
        spec.opened_by = "access-objects";
        return extraction_.add_child(std::move(spec), std::move(objects_));
    }

    void report() {
        Findings& findings = extraction_.findings();
        judge_access_catalogue(catalogue_, part_.id, findings);
        macros_.report(part_.id, findings);
        modules_.report();
        if (catalogue_.empty()) tell("its catalogue");
        if (!broken_.empty()) findings.add("office.access.partly", part_.id, broken_);
    }

    const Part& part_;
    const AccessPages& pages_;
    Extraction& extraction_;
    AccessValues values_;
    CarvedModules modules_;
    AccessMacros macros_;
    AccessStorage storage_;
    AccessTexts texts_;
    Output objects_;
    std::string broken_;
    std::map<std::uint32_t, std::string> names_;  // of tables, by their page
    std::vector<AccessObject> catalogue_;
    std::multimap<std::uint32_t, AccessBytes> pieces_;
    std::vector<bool> moved_;  // by AccessPointer: rows that were reached already
    bool has_project_ = false;
    bool room_ = true;
};

}  // namespace

void read_access(const Part& part, const AccessPages& pages, Extraction& extraction) {
    Reader(part, pages, extraction).run();
}

}  // namespace sekisho::scanner::office

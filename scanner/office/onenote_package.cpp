#include "scanner/office/onenote_package.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/cursor.h"
#include "scanner/office/onenote_properties.h"

namespace sekisho::scanner::office {

namespace {

// {638DE92F-A6D4-4BC1-9A36-B3FC2511A5B7}
constexpr std::string_view package_format("\x2F\xE9\x8D\x63\xD4\xA6\xC1\x4B\x9A\x36\xB3\xFC\x25\x11\xA5\xB7",
                                          16);
constexpr std::size_t format_offset = 0x30;
constexpr std::size_t first_object = 0x44;

// [MS-FSSHTTPB] 2.2.1.5: types of stream objects.
enum StreamType : std::uint16_t {
    data_element = 0x01,
    object_data_blob = 0x02,
    blob_declaration = 0x05,
    object_data = 0x16,
    object_declaration = 0x18,
    blob_reference = 0x1C,
};
constexpr std::uint64_t file_partition = 2;  // [MS-ONESTORE] 2.7.2: of an object's parts the one with a file

struct StreamObject {
    std::uint16_t type = 0;
    base::Bytes content;
};

// 2.2.1.1: the number of zero bits below the first set one is the number of further bytes.
base::Result<std::uint64_t> compact_u64(base::Cursor& in) {
    const std::uint8_t first = SEKISHO_TRY(in.u8());
    if (first == 0) return std::uint64_t{0};
    unsigned further = 0;
    while (((first >> further) & 1U) == 0)
        ++further;
    constexpr unsigned whole = 7;  // the first byte holds nothing of the number
    if (further == whole) return in.u64_le();
    std::uint64_t value = first;
    for (unsigned i = 1; i <= further; ++i)
        value |= std::uint64_t{SEKISHO_TRY(in.u8())} << (8 * i);
    return value >> (further + 1);
}

// 2.2.1.7: a GUID and a number, here as bytes that are equal for equal ones. Empty: the null one.
base::Result<std::string> extended_guid(base::Cursor& in) {
    const std::uint8_t first = SEKISHO_TRY(in.u8());
    if (first == 0) return std::string();
    std::uint32_t number = first;
    unsigned further = 0;
    unsigned shift = 3;
    if ((first & 0x07U) == 0x04U) {
        further = 0;
    } else if ((first & 0x3FU) == 0x20U) {
        further = 1;
        shift = 6;
    } else if ((first & 0x7FU) == 0x40U) {
        further = 2;
        shift = 7;
    } else if (first == 0x80U) {
        number = SEKISHO_TRY(in.u32_le());
        shift = 0;
    } else {
        return base::fail(base::Cause::malformed, "extended GUID");
    }
    for (unsigned i = 1; i <= further; ++i)
        number |= std::uint32_t{SEKISHO_TRY(in.u8())} << (8 * i);
    number >>= shift;
    const base::Bytes guid = SEKISHO_TRY(in.take(16));
    std::string out(base::as_text(guid));
    for (unsigned i = 0; i < 4; ++i)
        out += static_cast<char>((number >> (8 * i)) & 0xFFU);
    return out;
}

// The objects one behind the other; those within others follow their beginning. 2.2.1.5.
class StreamObjects {
public:
    explicit StreamObjects(base::Bytes stream) : in_(stream) {}

    // Nothing: the end, or nothing that can be read (broken()).
    std::optional<StreamObject> next() {
        while (!in_.at_end()) {
            const unsigned kind = std::to_integer<unsigned>(in_.rest()[0]) & 3U;
            const bool filling = in_.rest()[0] == std::byte{0};
            if (kind == 1U || filling) {  // the end of an object, one byte
                (void)in_.skip(1);
            } else if (kind == 3U) {  // the same in two
                if (!in_.skip(2)) break;
            } else {
                auto object = read(kind == 2U);
                if (object) return *object;
                break;
            }
        }
        broken_ = !in_.at_end();
        return std::nullopt;
    }
    bool broken() const { return broken_; }

private:
    base::Result<StreamObject> read(bool wide) {
        constexpr std::uint64_t length_follows = 0x7FFF;
        StreamObject out;
        std::uint64_t length = 0;
        if (wide) {
            const std::uint32_t header = SEKISHO_TRY(in_.u32_le());
            out.type = static_cast<std::uint16_t>((header >> 3) & 0x3FFFU);
            length = header >> 17;
            if (length == length_follows) length = SEKISHO_TRY(compact_u64(in_));
        } else {
            const std::uint16_t header = SEKISHO_TRY(in_.u16_le());
            out.type = static_cast<std::uint16_t>((header >> 3) & 0x3FU);
            length = static_cast<std::uint64_t>(header >> 9);
        }
        if (length > in_.left()) {  // what is there of the last one
            out.content = in_.rest();
            cut_ = true;
            (void)in_.skip(in_.left());
            return out;
        }
        out.content = SEKISHO_TRY(in_.take(length));
        return out;
    }

public:
    bool cut() const { return cut_; }

private:
    base::Cursor in_;
    bool broken_ = false;
    bool cut_ = false;
};

class Reader {
public:
    explicit Reader(Budget& budget) : budget_(budget) {}

    OneNoteSection run(base::Bytes section) {
        constexpr std::uint64_t steps_per_object = 32;
        StreamObjects objects(section.subspan(std::min(first_object, section.size())));
        while (const auto object = objects.next()) {
            if (!budget_.spend_steps(steps_per_object)) break;
            if (!take(*object)) out_.whole = false;
        }
        out_.whole = out_.whole && !objects.broken() && !objects.cut();
        name_files();
        return std::move(out_);
    }

private:
    struct Declared {
        std::string object;
        bool is_file = false;
    };

    bool take(const StreamObject& object) {
        base::Cursor in(object.content);
        switch (object.type) {
            case data_element:
                declared_.clear();
                next_declared_ = 0;
                element_ = extended_guid(in).value_or("");
                return true;
            case object_declaration:
                return declare(in);
            case blob_declaration:
                return declare_blob(in);
            case object_data_blob:
                return add_file(in, element_);
            case object_data:
                return take_data(in);
            case blob_reference:
                ++next_declared_;
                return true;
            default:
                return true;
        }
    }

    // Lists of things of a byte or two would take many times the memory of the section.
    static constexpr std::size_t longest_name = 255;
    bool has_room(std::size_t kept) {
        constexpr std::size_t most = 65'536;
        if (kept < most) return true;
        budget_.reach("limit.embedded");
        return false;
    }

    bool declare(base::Cursor in) {
        const auto object = extended_guid(in);
        const auto partition = compact_u64(in);
        if (!has_room(declared_.size())) return false;
        declared_.push_back({object.value_or(""), partition && *partition == file_partition});
        return object && partition;
    }

    bool declare_blob(base::Cursor in) {
        const auto object = extended_guid(in);
        const auto blob = extended_guid(in);
        if (!has_room(declared_.size())) return false;
        declared_.push_back({object.value_or(""), false});
        if (!object || !blob) return false;
        objects_of_blobs_.emplace(*blob, *object);
        return true;
    }

    // 2.2.1.3: a length, then the bytes.
    bool add_file(base::Cursor in, std::string key) {
        if (out_.files.size() >= max_onenote_files) {
            budget_.reach("limit.embedded");
            return false;
        }
        const auto size = compact_u64(in);
        if (!size) return false;
        const bool cut = *size > in.left();
        out_.files.push_back(
            {.content = base::head(in.rest(), static_cast<std::size_t>(cut ? in.left() : *size)),
             .name = {},
             .extension = {},
             .cut = cut});
        keys_.push_back(std::move(key));
        return !cut;
    }

    // 2.2.1.12.6.4: references to objects, references to cells, and the data.
    bool take_data(base::Cursor in) {
        const Declared declared = next_declared_ < declared_.size() ? declared_[next_declared_] : Declared{};
        ++next_declared_;
        std::vector<std::string> references;
        if (!read_references(in, 1, references)) return false;
        std::vector<std::string> cells;
        if (!read_references(in, 2, cells)) return false;
        if (declared.is_file) return add_file(in, declared.object);
        const auto size = compact_u64(in);
        if (!size) return false;
        const auto data = in.take(*size);
        if (!data) return false;
        const NamedFile named = read_named_file(*data, budget_);
        for (const std::size_t position : named.positions) {
            if (named.name.empty() || position >= references.size()) continue;
            if (!has_room(names_.size())) return false;
            names_[references[position]] = named.name.substr(0, longest_name);
        }
        return true;
    }

    bool read_references(base::Cursor& in, std::uint64_t guids_of_each, std::vector<std::string>& out) {
        const auto count = compact_u64(in);
        if (!count || *count > in.left() || !budget_.spend_steps(*count)) return false;
        if (!has_room(static_cast<std::size_t>(*count))) return false;
        for (std::uint64_t i = 0; i < *count * guids_of_each; ++i) {
            auto guid = extended_guid(in);
            if (!guid) return false;
            out.push_back(std::move(*guid));
        }
        return true;
    }

    void name_files() {
        for (std::size_t i = 0; i < out_.files.size(); ++i) {
            const auto object = objects_of_blobs_.find(keys_[i]);
            const auto name = names_.find(object == objects_of_blobs_.end() ? keys_[i] : object->second);
            if (name != names_.end()) out_.files[i].name = name->second;
        }
    }

    Budget& budget_;
    OneNoteSection out_;
    std::vector<std::string> keys_;  // of out_.files: the blob, or the object that holds it
    std::string element_;
    std::vector<Declared> declared_;
    std::size_t next_declared_ = 0;
    std::map<std::string, std::string, std::less<>> objects_of_blobs_;
    std::map<std::string, std::string, std::less<>> names_;  // by the object that contains the file
};

}  // namespace

bool is_onenote_package(base::Bytes section) {
    return section.size() >= first_object &&
           base::as_text(section.subspan(format_offset, package_format.size())) == package_format;
}

OneNoteSection read_onenote_package(base::Bytes section, Budget& budget) {
    return Reader(budget).run(section);
}

}  // namespace sekisho::scanner::office

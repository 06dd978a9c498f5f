#include "scanner/office/onenote_properties.h"

#include <algorithm>

#include "base/charset.h"
#include "base/cursor.h"

namespace sekisho::scanner::office {

namespace {

// [MS-ONE] 2.1.12; the type is part of the id.
constexpr std::uint32_t embedded_file_name = 0x1C001D9C;
constexpr std::uint32_t image_file_name = 0x1C001DD7;
constexpr std::uint32_t embedded_file_container = 0x20001D9B;
constexpr std::uint32_t picture_container = 0x20001C3F;

// [MS-ONESTORE] 2.6.6: bits 26 to 30 of a PropertyID.
enum class Type : std::uint8_t {
    no_data = 0x1,
    boolean = 0x2,
    one_byte = 0x3,
    two_bytes = 0x4,
    four_bytes = 0x5,
    eight_bytes = 0x6,
    length_and_data = 0x7,
    object = 0x8,
    objects = 0x9,
    space = 0xA,
    spaces = 0xB,
    context = 0xC,
    contexts = 0xD,
    array = 0x10,
    set = 0x11,
};
Type type_of(std::uint32_t id) { return static_cast<Type>((id >> 26) & 0x1FU); }

std::string text_of(base::Bytes utf16) {
    constexpr std::size_t longest = 2'048;
    std::string text = base::to_utf8(base::head(utf16, longest), "utf-16le");
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

class Reader {
public:
    Reader(base::Bytes object, Budget& budget) : in_(object), budget_(budget) {}

    NamedFile run() {
        if (read_ids()) (void)read_set(0);
        return std::move(out_);
    }

private:
    // The streams of identifiers ahead of the properties; those of objects are kept.
    bool read_ids() {
        const auto header = in_.u32_le();
        if (!header) return false;
        const std::uint32_t count = *header & 0xFF'FFFFU;
        if (count > in_.left() / 4 || !budget_.spend_steps(count)) return false;
        for (std::uint32_t i = 0; i < count; ++i)
            ids_.push_back(in_.u32_le().value_or(0));
        if ((*header >> 31) != 0) return true;  // OsidStreamNotPresent
        const auto spaces = in_.u32_le();
        if (!spaces || !in_.skip(std::uint64_t{*spaces & 0xFF'FFFFU} * 4)) return false;
        if (((*spaces >> 30) & 1U) == 0) return true;  // ExtendedStreamsPresent
        const auto contexts = in_.u32_le();
        return contexts && in_.skip(std::uint64_t{*contexts & 0xFF'FFFFU} * 4).has_value();
    }

    bool read_set(unsigned depth) {
        constexpr unsigned deepest = 16;
        const auto count = in_.u16_le();
        if (!count || depth > deepest || *count > in_.left() / 4 || !budget_.spend_steps(*count + 1U))
            return false;
        std::vector<std::uint32_t> properties;
        for (std::uint16_t i = 0; i < *count; ++i)
            properties.push_back(in_.u32_le().value_or(0));
        return std::ranges::all_of(properties,
                                   [&](std::uint32_t id) { return read_value(id & 0x7FFF'FFFFU, depth); });
    }

    bool read_value(std::uint32_t id, unsigned depth) {
        switch (type_of(id)) {
            case Type::no_data:
            case Type::boolean:
            case Type::space:
            case Type::context:
                return true;
            case Type::one_byte:
                return in_.skip(1).has_value();
            case Type::two_bytes:
                return in_.skip(2).has_value();
            case Type::four_bytes:
            case Type::spaces:
            case Type::contexts:
                return in_.skip(4).has_value();
            case Type::eight_bytes:
                return in_.skip(8).has_value();
            case Type::length_and_data:
                return read_data(id);
            case Type::object:
                if (id == embedded_file_container || id == picture_container) take_container();
                ++next_id_;
                return true;
            case Type::objects: {
                const auto count = in_.u32_le();
                next_id_ += count.value_or(0);
                return count.has_value();
            }
            case Type::array:
                return read_array(depth);
            case Type::set:
                return read_set(depth + 1);
        }
        return false;
    }

    bool read_data(std::uint32_t id) {
        const auto size = in_.u32_le();
        if (!size) return false;
        const auto data = in_.take(*size);
        if (!data) return false;
        if (id == embedded_file_name || (id == image_file_name && out_.name.empty()))
            out_.name = text_of(*data);
        return true;
    }

    bool read_array(unsigned depth) {
        const auto count = in_.u32_le();
        if (!count) return false;
        if (*count == 0) return true;
        const auto id = in_.u32_le();
        if (!id || type_of(*id) != Type::set) return false;
        for (std::uint32_t i = 0; i < *count; ++i) {
            if (!read_set(depth + 1)) return false;
        }
        return true;
    }

    void take_container() {
        if (next_id_ >= ids_.size()) return;
        out_.containers.push_back(ids_[next_id_]);
        out_.positions.push_back(next_id_);
    }

    base::Cursor in_;
    Budget& budget_;
    std::vector<std::uint32_t> ids_;
    std::size_t next_id_ = 0;
    NamedFile out_;
};

}  // namespace

NamedFile read_named_file(base::Bytes object, Budget& budget) { return Reader(object, budget).run(); }

}  // namespace sekisho::scanner::office

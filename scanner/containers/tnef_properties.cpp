#include "scanner/containers/tnef_properties.h"

#include <algorithm>
#include <array>

namespace sekisho::scanner::containers {

namespace {

constexpr std::uint16_t several_values = 0x1000;  // flag of a type
constexpr std::uint16_t first_named_id = 0x8000;
constexpr std::size_t guid_size = 16;
constexpr std::size_t alignment = 4;

// What values of a type take, padding included; 0 where each has its length before it.
struct TypeSize {
    std::uint16_t type;
    std::uint8_t size;
};
constexpr std::array type_sizes{
    TypeSize{0x0002, 4},   // 16 bits
    TypeSize{0x0003, 4},   // 32 bits
    TypeSize{0x0004, 4},   // float
    TypeSize{0x0005, 8},   // double
    TypeSize{0x0006, 8},   // currency
    TypeSize{0x0007, 8},   // floating time
    TypeSize{0x000A, 4},   // error code
    TypeSize{0x000B, 4},   // boolean
    TypeSize{0x000D, 0},   // object
    TypeSize{0x0014, 8},   // 64 bits
    TypeSize{0x001E, 0},   // String8
    TypeSize{0x001F, 0},   // Unicode
    TypeSize{0x0040, 8},   // time
    TypeSize{0x0048, 16},  // GUID
    TypeSize{0x0102, 0},   // binary
};

}  // namespace

TnefProperties::TnefProperties(base::Bytes list) : in_(list) {
    const auto count = in_.u32_le();
    properties_left_ = count.value_or(0);
    damaged_ = !count;
}

std::optional<mapi::Property> TnefProperties::next() {
    while (values_left_ == 0) {
        if (properties_left_ == 0) return std::nullopt;
        --properties_left_;
        if (!begin_property()) {
            damaged_ = true;
            properties_left_ = 0;
            return std::nullopt;
        }
    }
    --values_left_;
    auto property = value();
    if (property && !property->truncated) return std::move(*property);
    damaged_ = true;
    values_left_ = 0;
    properties_left_ = 0;
    if (!property) return std::nullopt;
    return std::move(*property);
}

base::Result<void> TnefProperties::begin_property() {
    const std::uint16_t type = SEKISHO_TRY(in_.u16_le());
    const std::uint16_t id = SEKISHO_TRY(in_.u16_le());
    if (id >= first_named_id) SEKISHO_TRY(skip_name());
    const std::uint16_t plain = type & static_cast<std::uint16_t>(~several_values);
    const auto* const row = std::ranges::find(type_sizes, plain, &TypeSize::type);
    if (row == type_sizes.end()) return base::fail(base::Cause::unsupported);
    fixed_size_ = row->size;
    values_left_ = 1;
    if (fixed_size_ == 0 || type != plain) values_left_ = SEKISHO_TRY(in_.u32_le());
    property_ = {.id = static_cast<mapi::Id>(id), .type = static_cast<mapi::Type>(plain)};
    return {};
}

// A GUID, then a number, or a string with its length before it.
base::Result<void> TnefProperties::skip_name() {
    SEKISHO_TRY(in_.skip(guid_size));
    const std::uint32_t kind = SEKISHO_TRY(in_.u32_le());
    const std::uint32_t number_or_size = SEKISHO_TRY(in_.u32_le());
    if (kind == 0) return {};
    SEKISHO_TRY(in_.skip(number_or_size));
    skip_padding(number_or_size);
    return {};
}

base::Result<mapi::Property> TnefProperties::value() {
    mapi::Property out = property_;
    const std::uint64_t size = fixed_size_ != 0 ? fixed_size_ : SEKISHO_TRY(in_.u32_le());
    out.truncated = size > in_.left();
    out.value = SEKISHO_TRY(in_.take(std::min<std::uint64_t>(size, in_.left())));
    if (fixed_size_ == 0) skip_padding(out.value.size());
    return out;
}

// Some writers leave it out behind the last value.
void TnefProperties::skip_padding(std::size_t size) {
    const std::size_t padding = (alignment - size % alignment) % alignment;
    (void)in_.skip(std::min(padding, in_.left()));
}

}  // namespace sekisho::scanner::containers

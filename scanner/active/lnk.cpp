#include "scanner/active/lnk.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/active/marks.h"

namespace sekisho::scanner::active {

namespace {

// LinkFlags, 2.1.1.
enum Flag : unsigned {
    has_id_list,
    has_link_info,
    has_name,
    has_relative_path,
    has_working_dir,
    has_arguments,
    has_icon_location,
    is_unicode
};

constexpr std::size_t longest_text = 64u
                                     << 10;  // of one text: counts are 16 bits wide, LinkInfo has no bound

base::Bytes until_nul(base::Bytes bytes) {
    const std::string_view text = base::as_text(base::head(bytes, longest_text));
    return bytes.first(std::min(text.find('\0'), text.size()));
}
base::Bytes until_wide_nul(base::Bytes bytes) {
    const base::Bytes part = base::head(bytes, longest_text);
    std::size_t end = 0;
    while (part.size() - end >= 2 && (part[end] != std::byte{0} || part[end + 1] != std::byte{0}))
        end += 2;
    return part.first(end);
}
std::string wide(base::Bytes bytes) { return base::to_utf8(until_wide_nul(bytes), "utf-16le"); }

// The code page of the console block (2.5.2), wherever it stands: texts before it need it.
std::string find_charset(base::Bytes file) {
    constexpr std::string_view mark("\x0C\x00\x00\x00\x04\x00\x00\xA0", 8);
    const std::string_view text = base::as_text(base::head(file, 1u << 20));
    const std::size_t at = text.find(mark, shell_link_header_size);
    if (at == std::string_view::npos) return {};
    base::Cursor cursor(file.subspan(at + mark.size()));
    const auto page = cursor.u32_le();
    return page ? base::charset_of_code_page(*page) : std::string();
}

class Reader {
public:
    explicit Reader(base::Bytes file) : at_(file), charset_(find_charset(file)) {}

    ShellLink run() {
        if (!read_header()) {
            broken("ShellLinkHeader");
        } else if (read_id_list() && read_link_info() && read_strings()) {
            read_extra();
        }
        link_.end = at_.offset();
        return std::move(link_);
    }

private:
    bool broken(std::string_view structure) {
        if (link_.unread.empty()) link_.unread = structure;
        return false;
    }

    std::string narrow(base::Bytes bytes) const {
        return base::to_utf8(bytes,
                             charset_.empty() ? base::guess_charset(bytes) : std::string_view(charset_));
    }

    base::Result<void> header() {
        SEKISHO_TRY(at_.seek(0x14));
        link_.flags = SEKISHO_TRY(at_.u32_le());
        SEKISHO_TRY(at_.seek(0x34));
        link_.target_size = SEKISHO_TRY(at_.u32_le());
        link_.icon_index = static_cast<std::int32_t>(SEKISHO_TRY(at_.u32_le()));
        link_.show_command = SEKISHO_TRY(at_.u32_le());
        return at_.seek(shell_link_header_size);
    }
    bool read_header() { return header().has_value(); }

    bool read_id_list() {
        if (!link_.has_flag(has_id_list)) return true;
        const auto size = at_.u16_le();
        if (!size) return broken("LinkTargetIDList");
        const bool whole = *size <= at_.left();
        const auto items = at_.take(std::min<std::size_t>(*size, at_.left()));
        link_.id_path = path_of_items(*items, item_charset());
        return whole || broken("LinkTargetIDList");
    }
    std::string_view item_charset() const {
        return charset_.empty() ? std::string_view("windows-1252") : std::string_view(charset_);
    }

    // 2.3. Offsets count from its first byte. ForceNoLinkInfo makes Windows ignore it, not leave it out.
    bool read_link_info() {
        if (!link_.has_flag(has_link_info)) return true;
        base::Cursor size_field = at_;
        const auto size = size_field.u32_le();
        if (!size || *size < 4) return broken("LinkInfo");
        const bool whole = *size <= at_.left();
        const auto info = at_.take(std::min<std::uint64_t>(*size, at_.left()));
        if (!read_info(*info)) return broken("LinkInfo");
        return whole || broken("LinkInfo");
    }

    base::Result<void> info_paths(base::Bytes info) {
        base::Cursor at(info);
        SEKISHO_TRY(at.skip(4));
        const std::uint32_t header_size = SEKISHO_TRY(at.u32_le());
        const std::uint32_t flags = SEKISHO_TRY(at.u32_le());
        SEKISHO_TRY(at.skip(4));
        const std::uint32_t base_path = SEKISHO_TRY(at.u32_le());
        const std::uint32_t network = SEKISHO_TRY(at.u32_le());
        const std::uint32_t suffix = SEKISHO_TRY(at.u32_le());
        std::uint32_t wide_base = 0;
        std::uint32_t wide_suffix = 0;
        if (header_size >= 0x24) {
            wide_base = SEKISHO_TRY(at.u32_le());
            wide_suffix = SEKISHO_TRY(at.u32_le());
        }
        const std::string end = text_at(info, suffix, wide_suffix);
        if ((flags & 1u) != 0) link_.local_path = text_at(info, base_path, wide_base) + end;
        if ((flags & 2u) != 0 && network < info.size()) {
            const std::string share = share_of(info.subspan(network));
            link_.network_path = share.empty() || end.empty() ? share : share + "\\" + end;
        }
        return {};
    }
    bool read_info(base::Bytes info) { return info_paths(info).has_value(); }

    // The Unicode form where it is given.
    std::string text_at(base::Bytes info, std::uint32_t offset, std::uint32_t wide_offset) const {
        if (wide_offset != 0 && wide_offset < info.size()) {
            std::string text = wide(info.subspan(wide_offset));
            if (!text.empty()) return text;
        }
        return offset != 0 && offset < info.size() ? narrow(until_nul(info.subspan(offset))) : std::string();
    }

    // CommonNetworkRelativeLink, 2.3.2: the name of the share.
    std::string share_of(base::Bytes link) const {
        constexpr std::uint32_t narrow_header = 0x14;
        base::Cursor at(link);
        if (!at.skip(8)) return {};
        const std::uint32_t name = at.u32_le().value_or(0);
        std::uint32_t wide_name = 0;
        if (name > narrow_header && at.skip(8)) wide_name = at.u32_le().value_or(0);
        return text_at(link, name, wide_name);
    }

    // 2.4: a count of characters, and the characters, without a terminator.
    bool read_strings() {
        const bool unicode = link_.has_flag(is_unicode);
        const std::array<std::pair<unsigned, std::string*>, 5> fields{
            {{has_name, &link_.name},
             {has_relative_path, &link_.relative_path},
             {has_working_dir, &link_.working_dir},
             {has_arguments, &link_.arguments},
             {has_icon_location, &link_.icon_location}}};
        for (const auto& [flag, out] : fields) {
            if (!link_.has_flag(flag)) continue;
            const auto count = at_.u16_le();
            if (!count) return broken("StringData");
            const std::size_t size = *count * (unicode ? std::size_t{2} : std::size_t{1});
            const bool whole = size <= at_.left();
            const auto raw = at_.take(std::min(size, at_.left()));
            *out = unicode ? base::to_utf8(*raw, "utf-16le") : narrow(*raw);
            if (!whole) return broken("StringData");
        }
        return true;
    }

    // 2.5: blocks until one that is shorter than a size field. What begins as no block is no part of the link
    // any more: Windows stops there as well.
    void read_extra() {
        while (true) {
            base::Cursor ahead = at_;
            const auto size = ahead.u32_le();
            if (!size) return;
            if (*size < 4) {
                at_ = ahead;
                return;
            }
            const std::uint32_t signature = ahead.u32_le().value_or(0);
            if ((signature & 0xFFFF'FF00U) != 0xA000'0000U || *size < 8) return;
            if (*size > at_.left()) {
                read_block(signature, ahead.rest());
                (void)at_.skip(at_.left());
                (void)broken("ExtraData");
                return;
            }
            const auto block = at_.take(*size);
            read_block(signature, block->subspan(8));
        }
    }

    void read_block(std::uint32_t signature, base::Bytes data) {
        switch (signature & 0xFFU) {
            case 0x01:
                link_.environment_target = ansi_and_wide(data);
                break;
            case 0x03:
                read_tracker(data);
                break;
            case 0x07:
                link_.icon_environment = ansi_and_wide(data);
                break;
            case 0x09:
                read_properties(data);
                break;
            case 0x0C:
                link_.vista_id_path = path_of_items(data, item_charset());
                break;
            default:
                break;
        }
    }

    // 260 characters of the code page, then 260 of UTF-16. Programs fill the one or the other.
    std::string ansi_and_wide(base::Bytes data) const {
        constexpr std::size_t ansi_size = 260;
        std::string text = data.size() > ansi_size ? wide(data.subspan(ansi_size)) : std::string();
        return text.empty() ? narrow(until_nul(base::head(data, ansi_size))) : text;
    }

    // 2.5.10: the droid's file identifier is a UUID of version 1, which ends in the address of the network
    // card.
    void read_tracker(base::Bytes data) {
        base::Cursor at(data);
        if (!at.skip(8)) return;
        const auto machine = at.take(16);
        if (!machine) return;
        link_.machine = narrow(until_nul(*machine));
        if (!at.skip(16)) return;
        const auto file_id = at.take(16);
        if (!file_id || (std::to_integer<unsigned>((*file_id)[7]) >> 4) != 1) return;
        for (const std::byte b : file_id->last(6)) {
            link_.mac += fmt::format("{}{:02x}", link_.mac.empty() ? "" : ":", std::to_integer<unsigned>(b));
        }
    }

    // [MS-PROPSTORE] 2.2 to 2.4: storages of properties; those that are texts (VT_LPWSTR).
    void read_properties(base::Bytes data) {
        constexpr std::uint32_t version = 0x5350'5331;
        constexpr std::size_t most = 64;
        base::Cursor at(data);
        while (link_.properties.size() < most) {
            const std::uint32_t size = at.u32_le().value_or(0);
            if (size < 4) return;
            auto storage = at.sub(std::min<std::uint64_t>(size - 4, at.left()));
            if (!storage || storage->u32_le().value_or(0) != version || !storage->skip(16)) return;
            while (link_.properties.size() < most && read_property(*storage)) {
            }
        }
    }
    bool read_property(base::Cursor& storage) {
        constexpr std::uint16_t lpwstr = 0x1F;
        const std::uint32_t size = storage.u32_le().value_or(0);
        if (size < 4) return false;
        auto value = storage.sub(std::min<std::uint64_t>(size - 4, storage.left()));
        if (!value) return false;
        // An identifier or the size of a name, and a reserved byte; the names of named ones are passed over.
        if (!value->skip(5)) return true;
        if (value->u16_le().value_or(0) != lpwstr || !value->skip(6)) return true;
        std::string text = wide(value->rest());
        if (!text.empty()) link_.properties.push_back(std::move(text));
        return true;
    }

    base::Cursor at_;
    std::string charset_;
    ShellLink link_;
};

}  // namespace

bool is_shell_link(base::Bytes head) {
    constexpr std::string_view mark(
        "\x4C\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46", 20);
    return has_mark(head, mark);
}

ShellLink read_shell_link(base::Bytes file) { return Reader(file).run(); }

std::vector<std::string> ShellLink::targets() const {
    std::vector<std::string> out;
    for (const std::string* path :
         {&id_path, &local_path, &network_path, &environment_target, &vista_id_path}) {
        const auto same = [&](const std::string& one) { return base::equals_ignoring_case(one, *path); };
        if (!path->empty() && std::ranges::none_of(out, same)) out.push_back(*path);
    }
    if (out.empty() && !relative_path.empty()) out.push_back(relative_path);
    return out;
}

}  // namespace sekisho::scanner::active

#include "scanner/office/vba_project.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_text = 1u << 20;
constexpr std::size_t max_listed = 2'000;
constexpr std::size_t max_field = 4'096;

std::optional<std::string> from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0 || hex.size() > max_field) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = base::hex_value(hex[i]);
        const int low = base::hex_value(hex[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return out;
}

std::string_view unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value.remove_prefix(1);
        value.remove_suffix(1);
    }
    return value;
}

void read_field(std::string_view key, std::string_view value, VbaProjectText& out) {
    const auto data = decode_project_field(unquoted(value));
    if (!data) {
        out.unreadable = true;
    } else if (key == "CMG") {  // ProjectProtectionState, 2.3.1.15
        out.locked = out.locked || (!data->empty() && ((*data)[0] & 0x07) != 0);
    } else if (key == "DPB") {  // ProjectPassword, 2.3.1.16: one zero byte where there is none
        out.locked = out.locked || data->size() > 1;
    } else {  // ProjectVisibilityState, 2.3.1.17
        out.invisible = out.invisible || (!data->empty() && (*data)[0] == '\0');
    }
}

void read_line(std::string_view line, VbaProjectText& out) {
    // DocClass: modules of forms and reports, as Access writes them.
    constexpr std::array<std::string_view, 5> lists{"Module", "Class", "Document", "BaseClass", "DocClass"};
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    const std::string_view key = base::trim(line.substr(0, equals));
    const std::string_view value = base::trim(line.substr(equals + 1));
    if (std::ranges::find(lists, key) != lists.end()) {
        if (out.modules.size() < max_listed)
            out.modules.emplace_back(value.substr(0, std::min(value.find('/'), value.size())));
    } else if (key == "CMG" || key == "DPB" || key == "GC") {
        read_field(key, value, out);
    }
}

}  // namespace

std::optional<std::string> decode_project_field(std::string_view hex) {
    const auto bytes = from_hex(hex);
    if (!bytes || bytes->size() < 3) return std::nullopt;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>((*bytes)[i]); };
    constexpr unsigned version = 2;
    const unsigned seed = at(0);
    if ((at(1) ^ seed) != version) return std::nullopt;
    // Each byte hides behind the sum of the plain one before and the coded one before that.
    unsigned plain = at(2) ^ seed;
    unsigned last = at(2);
    unsigned before = at(1);
    std::size_t next = 3;
    const auto decode = [&] {
        const unsigned coded = at(next++);
        plain = (coded ^ (before + plain)) & 0xFFU;
        before = last;
        last = coded;
        return plain;
    };
    const std::size_t ignored = (seed & 6U) / 2;
    constexpr std::size_t length_size = 4;
    if (bytes->size() - next < ignored + length_size) return std::nullopt;
    for (std::size_t i = 0; i < ignored; ++i)
        (void)decode();
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < length_size; ++i)
        length |= decode() << (8 * i);
    if (length != bytes->size() - next) return std::nullopt;
    std::string out;
    for (std::uint32_t i = 0; i < length; ++i)
        out.push_back(static_cast<char>(decode()));
    return out;
}

VbaProjectText parse_vba_project_text(base::Bytes stream) {
    VbaProjectText out;
    std::string_view rest = base::as_text(base::head(stream, max_text));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
        const std::string_view line = rest.substr(0, end);
        if (line.starts_with('[')) break;  // "[Host Extender Info]", then places of windows
        read_line(line, out);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

}  // namespace sekisho::scanner::office

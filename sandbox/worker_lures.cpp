#include "sandbox/worker_lures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <expected>
#include <filesystem>

#include "base/escape.h"
#include "base/fd.h"
#include "base/hash.h"
#include "config/toml.h"

namespace sekisho::sandbox {

namespace {

using config::TomlEntry;
using config::TomlValue;
using scanner::mail::LureRow;

constexpr std::size_t max_file_bytes = 1u << 20;
constexpr std::size_t version_length = 16;  // as of the rules' own

struct TextKey {
    std::string_view key;
    std::string LureRow::* field;
};
constexpr std::array text_keys{
    TextKey{"id", &LureRow::id},           TextKey{"language", &LureRow::language},
    TextKey{"where", &LureRow::where},     TextKey{"suggests", &LureRow::suggests},
    TextKey{"pattern", &LureRow::pattern},
};
struct ListKey {
    std::string_view key;
    std::vector<std::string> LureRow::* field;
};
constexpr std::array list_keys{ListKey{"test", &LureRow::test}, ListKey{"not", &LureRow::others}};

bool read_list(const TomlValue& value, std::vector<std::string>& out) {
    const config::TomlArray* const array = value.as_array();
    if (array == nullptr) return false;
    for (const TomlValue& item : *array) {
        if (item.as_string() == nullptr) return false;
        out.push_back(*item.as_string());
    }
    return true;
}

// What is wrong with the entry; nothing where it is read.
std::string read_entry(const TomlEntry& entry, LureRow& row) {
    const auto text = std::ranges::find(text_keys, entry.first, &TextKey::key);
    if (text != text_keys.end()) {
        if (entry.second.as_string() == nullptr) return fmt::format("{}: write a text", text->key);
        row.*text->field = *entry.second.as_string();
        return {};
    }
    const auto list = std::ranges::find(list_keys, entry.first, &ListKey::key);
    if (list == list_keys.end())
        return fmt::format("no key \"{}\"; there are id, language, suggests, where, pattern, test, not",
                           base::escape(entry.first, 60));
    return read_list(entry.second, row.*list->field) ? ""
                                                     : fmt::format("{}: write a list of texts", list->key);
}

std::vector<std::filesystem::path> files_in(const std::string& dir, std::vector<std::string>& problems) {
    std::vector<std::filesystem::path> out;
    std::error_code error;
    const std::filesystem::path folder = std::filesystem::path(dir) / "lures";
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
        if (file->path().extension() == ".toml") out.push_back(file->path());
    }
    // Not every folder of rules has lures.
    if (error && error != std::errc::no_such_file_or_directory)
        problems.push_back(fmt::format("{}: {}", base::escape(folder.string(), 1'000), error.message()));
    std::ranges::sort(out);
    return out;
}

}  // namespace

std::vector<LureRow> lures_in(std::string_view toml, const std::string& file,
                              std::vector<std::string>& problems) {
    std::vector<LureRow> out;
    const auto table = config::parse_toml(toml);
    if (!table) {
        problems.push_back(fmt::format("{}:{}: {}", file, table.error().line, table.error().what));
        return out;
    }
    for (const TomlEntry& entry : *table) {
        const config::TomlArray* const rows = entry.second.as_array();
        if (entry.first != "lure" || rows == nullptr) {
            problems.push_back(
                fmt::format("{}:{}: \"{}\" is nothing that a file of lures holds; write [[lure]]", file,
                            entry.second.line, base::escape(entry.first, 60)));
            continue;
        }
        for (const TomlValue& item : *rows) {
            LureRow row{.place = fmt::format("{}:{}", file, item.line)};
            std::string fault = item.as_table() == nullptr ? "write [[lure]]" : "";
            if (item.as_table() != nullptr) {
                for (const TomlEntry& key : *item.as_table()) {
                    if (fault.empty()) fault = read_entry(key, row);
                }
            }
            if (fault.empty()) {
                out.push_back(std::move(row));
            } else {
                problems.push_back(
                    fmt::format("{}: lure {}: {}", row.place, base::escape(row.id, 60), fault));
            }
        }
    }
    return out;
}

std::vector<LureRow> read_lures(const std::vector<std::string>& rules_dirs, model::RuleTable& table) {
    std::vector<LureRow> out;
    std::string all = table.version;
    for (const std::string& dir : rules_dirs) {
        for (const std::filesystem::path& path : files_in(dir, table.problems)) {
            const std::string name = base::escape(path.string(), 1'000);
            const auto text = base::read_file(path.string(), max_file_bytes);
            if (!text) {
                table.problems.push_back(fmt::format("{}:0: {}", name, text.error().message));
                continue;
            }
            all += base::hex(base::sha256(base::as_bytes(*text)));
            std::ranges::move(lures_in(*text, name, table.problems), std::back_inserter(out));
        }
    }
    if (all.size() > table.version.size())
        table.version = base::hex(base::sha256(base::as_bytes(all))).substr(0, version_length);
    return out;
}

}  // namespace sekisho::sandbox

#include "scanner/office/onenote_store.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/onenote.h"
#include "scanner/office/onenote_properties.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::uint64_t fragment_magic = 0xA4567AB1F5F7F4C4;  // 2.4.2
constexpr std::uint64_t root_offset = 172;                    // 2.3.1, fcrFileNodeListRoot
constexpr std::size_t trailer_size = 20;                      // nextFragment and footer

// 2.4.3: types of file nodes.
enum NodeType : std::uint16_t {
    file_declaration = 0x072,        // ObjectDeclarationFileData3RefCountFND
    large_file_declaration = 0x073,  // its cousin with a wider count
    file_reference = 0x094,          // FileDataStoreObjectReferenceFND
    chunk_terminator = 0x0FF,
};

struct Chunk {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

struct Node {
    std::uint16_t type = 0;
    unsigned base = 0;  // 1: refers to data; 2: to another list
    Chunk chunk;        // where base is not 0
    base::Cursor rest;  // behind the reference
};

// 2.2.4.2: both numbers in one of four forms each, some of them in units of eight.
base::Result<Chunk> read_chunk(base::Cursor& in, unsigned offset_format, unsigned size_format) {
    constexpr std::uint64_t unit = 8;
    Chunk out;
    switch (offset_format) {
        case 0:
            out.offset = SEKISHO_TRY(in.u64_le());
            break;
        case 1:
            out.offset = SEKISHO_TRY(in.u32_le());
            break;
        case 2:
            out.offset = unit * SEKISHO_TRY(in.u16_le());
            break;
        default:
            out.offset = unit * SEKISHO_TRY(in.u32_le());
            break;
    }
    switch (size_format) {
        case 0:
            out.size = SEKISHO_TRY(in.u32_le());
            break;
        case 1:
            out.size = SEKISHO_TRY(in.u64_le());
            break;
        case 2:
            out.size = unit * SEKISHO_TRY(in.u8());
            break;
        default:
            out.size = unit * SEKISHO_TRY(in.u16_le());
            break;
    }
    return out;
}

// Nothing at the end of what a fragment is filled with.
std::optional<Node> read_node(base::Cursor& in) {
    const std::uint32_t header = in.u32_le().value_or(0);
    const std::uint32_t size = (header >> 10) & 0x1FFFU;
    if (size < 4) return std::nullopt;
    const auto body = in.sub(size - 4);
    if (!body) return std::nullopt;
    Node out{.type = static_cast<std::uint16_t>(header & 0x3FFU),
             .base = (header >> 27) & 0xFU,
             .chunk = {},
             .rest = *body};
    if (out.type == chunk_terminator) return std::nullopt;
    if (out.base == 1 || out.base == 2) {
        const auto chunk = read_chunk(out.rest, (header >> 23) & 3U, (header >> 25) & 3U);
        if (chunk) out.chunk = *chunk;
    }
    return out;
}

// 2.2.3: a count of characters, then UTF-16.
std::string read_string(base::Cursor& in) {
    const std::uint32_t count = in.u32_le().value_or(0);
    const auto bytes = in.take(std::uint64_t{count} * 2);
    return bytes ? base::to_utf8(*bytes, "utf-16le") : std::string();
}

// "<ifndf>{XXXXXXXX-XXXX-...}" as the 16 bytes of the GUID, which has its first three numbers turned round.
std::string guid_of_reference(std::string_view text) {
    const std::size_t brace = text.find('{');
    if (brace == text.npos || !text.starts_with("<ifndf>")) return {};
    std::string bytes;
    int high = -1;
    for (const char c : text.substr(brace, 37)) {
        const int value = base::hex_value(c);
        if (value < 0) continue;
        if (high < 0) {
            high = value;
        } else {
            bytes += static_cast<char>(high * 16 + value);
            high = -1;
        }
    }
    if (bytes.size() != 16) return {};
    std::reverse(bytes.begin(), bytes.begin() + 4);
    std::reverse(bytes.begin() + 4, bytes.begin() + 6);
    std::reverse(bytes.begin() + 6, bytes.begin() + 8);
    return bytes;
}

class Walk {
public:
    Walk(base::Bytes section, Budget& budget) : section_(section), budget_(budget) {}

    std::map<std::size_t, StoredName> run() {
        base::Cursor header(section_);
        if (header.seek(root_offset)) {
            const std::uint64_t offset = header.u64_le().value_or(0);
            lists_.push_back({offset, header.u32_le().value_or(0)});
        }
        while (!lists_.empty()) {
            const Chunk list = lists_.back();
            lists_.pop_back();
            ++list_;
            if (!read_list(list)) break;
        }
        return names();
    }

private:
    struct Declaration {
        std::size_t list = 0;
        std::uint32_t object = 0;  // a CompactID, of use within its list
        std::string guid;
        std::string extension;
    };
    struct Shown {
        std::size_t list = 0;
        NamedFile file;
    };

    std::optional<base::Bytes> bytes_of(Chunk chunk) const {
        if (chunk.offset > section_.size() || chunk.size > section_.size() - chunk.offset)
            return std::nullopt;
        return section_.subspan(static_cast<std::size_t>(chunk.offset), static_cast<std::size_t>(chunk.size));
    }

    // All fragments of one list. False: the budget is spent.
    bool read_list(Chunk fragment) {
        constexpr std::uint64_t steps_per_fragment = 64;
        while (seen_.insert(fragment.offset).second) {
            if (!budget_.spend_steps(steps_per_fragment)) return false;
            const auto bytes = bytes_of(fragment);
            if (!bytes || bytes->size() < 16 + trailer_size) return true;
            base::Cursor in(bytes->first(bytes->size() - trailer_size));
            if (in.u64_le().value_or(0) != fragment_magic || !in.skip(8)) return true;
            while (in.left() >= 4) {
                const auto node = read_node(in);
                if (!node) break;
                if (!budget_.spend_steps(steps_per_fragment)) return false;
                take(*node);
            }
            base::Cursor next(bytes->last(trailer_size));
            fragment.offset = next.u64_le().value_or(0);
            fragment.size = next.u32_le().value_or(0);
        }
        return true;
    }

    // A node of a few bytes may name the same object again and again.
    bool has_room(std::size_t kept) {
        if (kept < max_onenote_files) return true;
        budget_.reach("limit.embedded");
        return false;
    }

    void take(const Node& node) {
        base::Cursor in = node.rest;
        if (node.base == 2) {
            lists_.push_back(node.chunk);
        } else if (node.type == file_declaration || node.type == large_file_declaration) {
            Declaration out{.list = list_, .object = in.u32_le().value_or(0), .guid = {}, .extension = {}};
            if (!in.skip(node.type == file_declaration ? 5 : 8)) return;  // its class and a count
            out.guid = guid_of_reference(read_string(in));
            out.extension = read_string(in);
            if (!out.guid.empty() && has_room(declarations_.size())) declarations_.push_back(std::move(out));
        } else if (node.type == file_reference) {
            const auto guid = in.take(16);
            if (guid) files_[std::string(base::as_text(*guid))] = static_cast<std::size_t>(node.chunk.offset);
        } else if (node.base == 1) {
            const auto object = bytes_of(node.chunk);
            if (!object || !budget_.spend_steps(object->size() / 16 + 1) || !names_a_file(*object)) return;
            NamedFile file = read_named_file(*object, budget_);
            if (!file.name.empty() && has_room(shown_.size())) shown_.push_back({list_, std::move(file)});
        }
    }

    // The ids of the two properties, as they stand among others.
    static bool names_a_file(base::Bytes object) {
        const std::string_view text = base::as_text(object);
        return text.find(std::string_view("\x9C\x1D\x00\x1C", 4)) != text.npos ||
               text.find(std::string_view("\xD7\x1D\x00\x1C", 4)) != text.npos;
    }

    std::map<std::size_t, StoredName> names() const {
        std::map<std::size_t, StoredName> out;
        std::map<std::pair<std::size_t, std::uint32_t>, std::string_view> by_list;
        std::map<std::uint32_t, std::string_view> by_object;  // where another list has it
        for (const Shown& shown : shown_) {
            for (const std::uint32_t object : shown.file.containers) {
                by_list[{shown.list, object}] = shown.file.name;
                by_object[object] = shown.file.name;
            }
        }
        for (const Declaration& declaration : declarations_) {
            const auto file = files_.find(declaration.guid);
            if (file == files_.end()) continue;
            StoredName& stored = out[file->second];
            stored.extension = declaration.extension;
            const auto near = by_list.find({declaration.list, declaration.object});
            const auto far = by_object.find(declaration.object);
            if (near != by_list.end()) {
                stored.name = near->second;
            } else if (far != by_object.end() && stored.name.empty()) {
                stored.name = far->second;
            }
        }
        return out;
    }

    base::Bytes section_;
    Budget& budget_;
    std::vector<Chunk> lists_;  // that wait
    std::set<std::uint64_t> seen_;
    std::size_t list_ = 0;  // the one being read
    std::vector<Declaration> declarations_;
    std::vector<Shown> shown_;
    std::map<std::string, std::size_t, std::less<>> files_;  // by GUID
};

}  // namespace

std::map<std::size_t, StoredName> read_onenote_names(base::Bytes section, Budget& budget) {
    return Walk(section, budget).run();
}

}  // namespace sekisho::scanner::office

#include "scanner/office/msg.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/mapi.h"
#include "scanner/office/cfb_copy.h"

namespace sekisho::scanner::office {

namespace {

using mapi::Id;
using mapi::Type;

constexpr std::string_view stream_prefix = "__substg1.0_";
constexpr std::string_view attachment_prefix = "__attach_version1.0_#";
constexpr std::string_view property_stream = "__properties_version1.0";

struct Tag {
    Id id;
    Type type;
};

// "__substg1.0_0037001F": id and type as hexadecimal digits, [MS-OXMSG] 2.1.3.
std::optional<Tag> tag_of(std::string_view name) {
    constexpr std::size_t digits = 8;
    if (name.size() != stream_prefix.size() + digits || !base::starts_with_ignoring_case(name, stream_prefix))
        return std::nullopt;
    std::uint32_t tag = 0;
    for (const char c : name.substr(stream_prefix.size())) {
        const int value = base::hex_value(c);
        if (value < 0) return std::nullopt;
        tag = tag << 4 | static_cast<std::uint32_t>(value);
    }
    return Tag{static_cast<Id>(tag >> 16), static_cast<Type>(tag & 0xFFFFU)};
}

class Opener {
public:
    Opener(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed)
        : part_(part), cfb_(cfb), extraction_(extraction), consumed_(consumed), copier_(cfb) {}

    bool run() {
        read_fixed_properties();
        const auto entries = cfb_.entries();
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            if (entries[i].parent == 0 && entries[i].kind == CfbEntry::Kind::stream) read_text(i);
        }
        if (!texts_.add_children(part_, extraction_, "msg")) return false;
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            const CfbEntry& entry = entries[i];
            const bool attachment = entry.parent == 0 && entry.kind == CfbEntry::Kind::storage &&
                                    base::starts_with_ignoring_case(entry.name, attachment_prefix);
            if (attachment && !add_attachment(i)) return false;
        }
        for (std::size_t i = 0; i < consumed_.size(); ++i)
            consumed_[i] = consumed_[i] || copier_.copied()[i];
        return true;
    }

private:
    CfbStream read(std::uint32_t index, std::uint64_t most = UINT64_MAX) {
        return cfb_.read(index, extraction_.budget(), most);
    }

    // Numbers stand in one stream, 16 bytes each, behind a header that is 32 bytes long in a file, 24 in a
    // message that was embedded ([MS-OXMSG] 2.4).
    void read_fixed_properties() {
        constexpr std::size_t row = 16;
        const auto index = cfb_.find_in_root(property_stream);
        if (!index) return;
        const CfbStream stream = read(*index);
        base::Cursor in(stream.bytes);
        if (!in.skip(stream.bytes.size() % row == 0 ? 32 : 24)) return;
        while (in.left() >= row) {
            const auto type = static_cast<Type>(in.u16_le().value_or(0));
            const auto id = static_cast<Id>(in.u16_le().value_or(0));
            (void)in.skip(4);  // flags
            const base::Bytes value = in.take(8).value_or(base::Bytes());
            if (type == Type::integer32) texts_.take({.id = id, .type = type, .value = value});
        }
    }

    void read_text(std::uint32_t index) {
        const CfbEntry& entry = cfb_.entries()[index];
        const auto tag = tag_of(entry.name);
        if (!tag || !mapi::MessageTexts::wants(tag->id, tag->type)) return;
        CfbStream stream = read(index);
        if (stream.bytes.empty()) return;
        // Of a long header no more than its beginning is in that text: the stream comes out as well.
        consumed_[index] = tag->id == Id::body || tag->id == Id::html || tag->id == Id::rtf_compressed ||
                           stream.bytes.size() <= mapi::max_string;
        texts_.take({.id = tag->id,
                     .type = tag->type,
                     .value = stream.bytes,
                     .storage = std::move(stream.storage),
                     .truncated = stream.truncated});
    }

    std::optional<std::uint32_t> find(std::uint32_t storage, Id id, Type type) const {
        return cfb_.find(storage, fmt::format("{}{:04X}{:04X}", stream_prefix, static_cast<unsigned>(id),
                                              static_cast<unsigned>(type)));
    }

    // The first of `ids` that is there and not empty.
    template <std::size_t count>
    std::string string_of(std::uint32_t storage, const std::array<Id, count>& ids) {
        for (const Id id : ids) {
            for (const Type type : {Type::unicode, Type::string8}) {
                const auto index = find(storage, id, type);
                if (!index) continue;
                const CfbStream stream = read(*index, mapi::max_string);
                std::string text =
                    mapi::text_of({.id = id, .type = type, .value = stream.bytes}, texts_.code_page());
                if (!text.empty()) return text;
            }
        }
        return {};
    }

    bool add_attachment(std::uint32_t storage) {
        constexpr std::array names{Id::attach_long_file_name, Id::attach_file_name, Id::display_name};
        ChildSpec spec{.name = string_of(storage, names),
                       .claimed_type = string_of(storage, std::array{Id::attach_mime_tag}),
                       .opened_by = "msg"};
        const auto data = find(storage, Id::attach_data, Type::binary);
        const auto object = find(storage, Id::attach_data, Type::object);
        if (data && !add_data(spec, *data)) return false;
        if (object && !add_object(spec, *object)) return false;
        return data || object || add_without_data(storage, std::move(spec));
    }

    bool add_data(ChildSpec spec, std::uint32_t index) {
        const CfbStream stream = read(index);
        consumed_[index] = true;
        if (stream.truncated) spec.flags.set(PartFlag::truncated);
        return extraction_.add_child(std::move(spec), stream.bytes, stream.storage);
    }

    bool add_object(ChildSpec spec, std::uint32_t index) {
        if (cfb_.entries()[index].kind == CfbEntry::Kind::stream) return add_data(std::move(spec), index);
        // Outlook shows a message by its subject, and saves it under that and its extension.
        if (cfb_.find(index, property_stream)) spec.name += ".msg";
        Output output = extraction_.new_output();
        const StorageCopier::Copied copied = copier_.copy(index, extraction_.budget(), output);
        if (copied.truncated) spec.flags.set(PartFlag::truncated);
        // One that is too large comes out stream by stream.
        if (!copied.whole && !output.truncated()) return true;
        return extraction_.add_child(std::move(spec), std::move(output)) && copied.whole;
    }

    bool add_without_data(std::uint32_t storage, ChildSpec spec) {
        const std::string path =
            string_of(storage, std::array{Id::attach_long_path_name, Id::attach_path_name});
        if (path.empty() && spec.name.empty()) return true;  // begun and never filled
        extraction_.findings().add(path.empty() ? "archive.member-skipped" : "mime.external-body", part_.id,
                                   path.empty() ? spec.name : path);
        return extraction_.add_skipped(std::move(spec));
    }

    const Part& part_;
    Cfb& cfb_;
    Extraction& extraction_;
    std::vector<bool>& consumed_;
    StorageCopier copier_;
    mapi::MessageTexts texts_;
};

}  // namespace

bool open_outlook_message(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed) {
    return Opener(part, cfb, extraction, consumed).run();
}

}  // namespace sekisho::scanner::office

#include "scanner/containers/tnef.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/containers/tnef_properties.h"
#include "scanner/mapi.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

constexpr std::uint32_t signature = 0x223E'9F78;
constexpr std::size_t stream_header = 6;     // the signature, and a key that says nothing
constexpr std::size_t attribute_header = 9;  // level, id, length
constexpr std::size_t iid_size = 16;

// [MS-OXTNEF] 2.1.3.3: type in the upper half, id in the lower.
enum class Attribute : std::uint32_t {
    from = 0x0000'8000,
    subject = 0x0001'8004,
    body = 0x0002'800C,
    attach_data = 0x0006'800F,
    attach_title = 0x0001'8010,
    attach_rend_data = 0x0006'9002,
    message_properties = 0x0006'9003,
    attachment = 0x0006'9005,
    oem_code_page = 0x0006'9007,
};

// The first bytes of an object say what it is: {00020307-...} is a message, {0000000B-...} a storage,
// {0000000C-...} a stream; all end alike.
constexpr std::array<std::uint8_t, 4> iid_starts{0x07, 0x0B, 0x0C, 0x0E};
constexpr std::array<std::uint8_t, 8> iid_end{0xC0, 0, 0, 0, 0, 0, 0, 0x46};

// The object behind its interface identifier; all of it where that is none that is known.
Bytes without_iid(Bytes object) {
    if (object.size() < iid_size) return object;
    const auto byte_at = [&](std::size_t i) { return std::to_integer<std::uint8_t>(object[i]); };
    if (std::ranges::find(iid_starts, byte_at(0)) == iid_starts.end()) return object;
    for (std::size_t i = 0; i < iid_end.size(); ++i) {
        if (byte_at(iid_size - iid_end.size() + i) != iid_end[i]) return object;
    }
    return object.subspan(iid_size);
}

struct Attachment {
    bool begun = false;
    std::vector<Bytes> data;     // attAttachData; more than one is odd, and then readers differ
    std::vector<Bytes> objects;  // PidTagAttachData
    std::string title;           // attAttachTitle, often "REPORT~1.DOC"
    std::string long_name;
    std::string short_name;
    std::string display_name;
    std::string path;  // where it lies, of one that is only referred to
    std::string mime_type;
    bool cut = false;

    const std::string& name() const {
        for (const std::string* name : {&long_name, &title, &short_name}) {
            if (!name->empty()) return *name;
        }
        return display_name;
    }
};

// The member of an Attachment that a string property fills.
struct StringField {
    mapi::Id id;
    std::string Attachment::* field;
};
constexpr std::array string_fields{
    StringField{mapi::Id::attach_long_file_name, &Attachment::long_name},
    StringField{mapi::Id::attach_file_name, &Attachment::short_name},
    StringField{mapi::Id::display_name, &Attachment::display_name},
    StringField{mapi::Id::attach_long_path_name, &Attachment::path},
    StringField{mapi::Id::attach_path_name, &Attachment::path},
    StringField{mapi::Id::attach_mime_tag, &Attachment::mime_type},
};

// One TNEF stream being opened.
class Opener {
public:
    Opener(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    void run() {
        base::Cursor in(part_.bytes);
        (void)in.skip(stream_header);  // the recogniser has seen it
        bool room = true;
        while (room && in.left() >= attribute_header && is_attribute(in.rest()))
            room = read_attribute(in);
        if (in.offset() <= stream_header) damaged("it holds no attribute");
        if (!room || !finish_attachment() || !add_tail(in.rest())) return;
        (void)texts_.add_children(part_, extraction_, "tnef");  // the last thing to be done
    }

private:
    static bool is_attribute(Bytes rest) {
        const auto level = std::to_integer<unsigned>(rest[0]);
        return level == 1 || level == 2;
    }

    // False: the budget is spent.
    bool read_attribute(base::Cursor& in) {
        (void)in.skip(1);
        const auto id = static_cast<Attribute>(in.u32_le().value_or(0));
        const std::uint32_t length = in.u32_le().value_or(0);
        const Bytes data = base::head(in.rest(), length);
        (void)in.skip(data.size());
        const bool cut = data.size() < length;
        if (!extraction_.budget().spend_steps(attribute_header + data.size())) return false;
        if (cut) damaged("an attribute reaches behind the end");
        const auto said = in.u16_le();
        if (!cut && !said) damaged("the last checksum is missing");
        if (said && *said != checksum(data)) damaged("a checksum is wrong");
        if (!said) (void)in.skip(in.left());
        return take(id, data, cut);
    }

    static std::uint16_t checksum(Bytes data) {
        return std::accumulate(data.begin(), data.end(), std::uint16_t{0},
                               [](std::uint16_t sum, std::byte b) {
                                   return static_cast<std::uint16_t>(sum + std::to_integer<unsigned>(b));
                               });
    }

    bool take(Attribute id, Bytes data, bool cut) {
        switch (id) {
            case Attribute::from:
                take_sender(data);
                break;
            case Attribute::subject:
                take_text(mapi::Id::subject, data, cut);
                break;
            case Attribute::body:
                take_text(mapi::Id::body, data, cut);
                break;
            case Attribute::message_properties:
                take_message_properties(data);
                break;
            case Attribute::oem_code_page:
                texts_.set_code_page(base::Cursor(data).u32_le().value_or(0));
                break;
            case Attribute::attach_rend_data:
                return finish_attachment();
            case Attribute::attach_data:
                attachment_.data.push_back(data);
                attachment_.cut = attachment_.cut || cut;
                break;
            case Attribute::attach_title:
                attachment_.title = text({.type = mapi::Type::string8, .value = data});
                break;
            case Attribute::attachment:
                take_attachment_properties(data);
                break;
        }
        return true;
    }

    std::string text(const mapi::Property& property) const {
        return mapi::text_of(property, texts_.code_page());
    }

    void take_text(mapi::Id id, Bytes data, bool cut) {
        while (!data.empty() && data.back() == std::byte{0})
            data = data.first(data.size() - 1);
        texts_.take({.id = id, .type = mapi::Type::string8, .value = data, .truncated = cut});
    }

    // A triple, [MS-OXTNEF] 2.1.3.3.1: kind, size of all, sizes of name and address; then these two.
    void take_sender(Bytes data) {
        constexpr std::size_t fixed = 4;
        base::Cursor in(data);
        if (!in.skip(fixed)) return;
        const std::uint16_t name = in.u16_le().value_or(0);
        const std::uint16_t address = in.u16_le().value_or(0);
        take_text(mapi::Id::sender_name, in.take(name).value_or(Bytes()), false);
        take_text(mapi::Id::sender_address, in.take(address).value_or(Bytes()), false);
    }

    void take_message_properties(Bytes list) {
        TnefProperties properties(list);
        while (auto property = properties.next()) {
            // An OLE object here is the form that Outlook shows the message with.
            (void)texts_.take(std::move(*property));
        }
        if (properties.damaged()) damaged("properties of the message are broken");
    }

    void take_attachment_properties(Bytes list) {
        attachment_.begun = true;
        TnefProperties properties(list);
        while (const auto property = properties.next()) {
            if (property->id == mapi::Id::attach_data) {
                const bool object = property->type == mapi::Type::object;
                attachment_.objects.push_back(object ? without_iid(property->value) : property->value);
                attachment_.cut = attachment_.cut || property->truncated;
                continue;
            }
            const bool string =
                property->type == mapi::Type::string8 || property->type == mapi::Type::unicode;
            const auto* const row = std::ranges::find(string_fields, property->id, &StringField::id);
            if (string && row != string_fields.end()) attachment_.*row->field = text(*property);
        }
        if (properties.damaged()) damaged("properties of an attachment are broken");
    }

    // Adds the attachment that was being read, and begins the next. False: the budget is spent.
    bool finish_attachment() {
        const Attachment done = std::exchange(attachment_, {.begun = true});
        if (!done.begun && done.data.empty()) return true;
        if (done.data.empty() && done.objects.empty()) return add_without_data(done);
        for (const Bytes data : done.data) {
            if (!add(done, data)) return false;
        }
        return std::ranges::all_of(done.objects, [&](Bytes object) {
            const bool known = !done.data.empty() && std::ranges::equal(object, done.data.front());
            return known || add(done, object);
        });
    }

    bool add(const Attachment& attachment, Bytes data) {
        ChildSpec spec = spec_of(attachment);
        if (attachment.cut) spec.flags.set(PartFlag::truncated);
        if (!extraction_.add_child(spec, data, part_.storage)) return false;
        // Clients that show the other name may open another program with it.
        if (!differ(base::extension_of(attachment.title), base::extension_of(spec.name))) return true;
        spec.name = attachment.title;
        spec.flags.set(PartFlag::ambiguous);
        return extraction_.add_child(std::move(spec), data, part_.storage);
    }

    // The title is cut to eight letters and three: "REPORT~1.HTM" is no other name for "report.html".
    static bool differ(std::string_view title, std::string_view name) {
        constexpr std::size_t short_extension = 3;
        const bool cut = title.size() == short_extension && name.starts_with(title);
        return !title.empty() && title != name && !cut;
    }

    bool add_without_data(const Attachment& attachment) {
        // What is begun and never filled is no attachment.
        if (attachment.name().empty() && attachment.path.empty()) return true;
        const bool elsewhere = !attachment.path.empty();
        extraction_.findings().add(elsewhere ? "mime.external-body" : "archive.member-skipped", part_.id,
                                   elsewhere ? attachment.path : attachment.name());
        return extraction_.add_skipped(spec_of(attachment));
    }

    static ChildSpec spec_of(const Attachment& attachment) {
        return {.name = attachment.name(), .claimed_type = attachment.mime_type, .opened_by = "tnef"};
    }

    // Mail programs leave a line end behind the last attribute. Anything else is not what the format has.
    bool add_tail(Bytes tail) {
        const bool blank =
            std::ranges::all_of(base::as_text(tail), [](char c) { return base::is_space(c) || c == '\0'; });
        if (blank) return true;
        damaged(fmt::format("{} bytes stand behind the last attribute", tail.size()));
        ChildSpec spec{.label = "tail", .opened_by = "tnef"};
        spec.flags.set(PartFlag::damaged);
        return extraction_.add_child(std::move(spec), tail, part_.storage);
    }

    void damaged(std::string_view evidence) {
        // One of a kind is enough: where one checksum is wrong, many are.
        if (std::exchange(said_damaged_, true)) return;
        extraction_.findings().add("archive.damaged", part_.id, evidence);
    }

    const Part& part_;
    Extraction& extraction_;
    mapi::MessageTexts texts_;
    Attachment attachment_;
    bool said_damaged_ = false;
};

Confidence recognise_tnef(Bytes head, std::string_view /*name*/) {
    return base::Cursor(head).u32_le().value_or(0) == signature ? sure_match : no_match;
}

void open_tnef(const Part& part, Extraction& extraction) { Opener(part, extraction).run(); }

// Mail: what it says may be a password for what another part locks.
Turn always_light(const Part&) { return Turn::light; }

}  // namespace

const Format tnef_format{
    .name = "tnef",
    .type = "application/ms-tnef",
    .extensions = "",
    .recognise = recognise_tnef,
    .turn = always_light,
    .open = open_tnef,
};

}  // namespace sekisho::scanner::containers

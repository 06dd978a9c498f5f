#include "scanner/office/ole1.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/cursor.h"
#include "scanner/office/ole_objects.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::uint32_t version_1 = 0x0501;
constexpr std::uint32_t linked_object = 1;
constexpr std::uint32_t embedded_object = 2;

enum class Reading : std::uint8_t { strict, as_word_does };

// LengthPrefixedAnsiString, [MS-OLEDS] 2.1.4: a length that counts the zero at the end.
base::Result<std::string> sized_string(base::Cursor& in, Reading reading) {
    constexpr std::uint32_t longest = 4'096;
    const std::uint32_t length = SEKISHO_TRY(in.u32_le());
    const bool strict = reading == Reading::strict;
    if (strict && length > longest) return base::fail(base::Cause::malformed);
    const std::string_view text = base::as_text(SEKISHO_TRY(in.take(length)));
    if (strict && !text.empty() && text.back() != '\0') return base::fail(base::Cause::malformed);
    return std::string(text.substr(0, std::min<std::size_t>(text.find('\0'), longest)));
}

bool is_printable(std::string_view text) {
    return !text.empty() &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

base::Result<Ole1Object> object(base::Bytes bytes, Reading reading) {
    const bool strict = reading == Reading::strict;
    base::Cursor in(bytes);
    if (SEKISHO_TRY(in.u32_le()) != version_1 && strict) return base::fail(base::Cause::malformed);
    const std::uint32_t kind = SEKISHO_TRY(in.u32_le());
    if (strict && kind != linked_object && kind != embedded_object) return base::fail(base::Cause::malformed);
    Ole1Object out;
    out.linked = kind == linked_object;
    out.class_name = SEKISHO_TRY(sized_string(in, reading));
    if (strict && !is_printable(out.class_name)) return base::fail(base::Cause::malformed);
    out.topic = SEKISHO_TRY(sized_string(in, reading));
    (void)SEKISHO_TRY(sized_string(in, reading));  // item
    if (out.linked) {
        // LinkedObject, 2.2.6: where the topic is none, the network name is what is left. It may be cut off.
        const std::uint32_t length = in.u32_le().value_or(0);
        const std::string_view network = base::as_text(base::head(in.rest(), length));
        if (out.topic.empty())
            out.topic = network.substr(0, std::min<std::size_t>(network.find('\0'), 4'096));
        return out;
    }
    const std::uint32_t size = SEKISHO_TRY(in.u32_le());
    out.data = base::head(in.rest(), size);
    out.behind = in.rest().subspan(out.data.size());
    out.cut = out.data.size() < size;
    return out;
}

// False: the budget is spent.
bool add_package(const Part& part, Extraction& extraction, const OlePackage& package) {
    ChildSpec spec{.name = package.file_name, .opened_by = "ole-package"};
    if (package.cut) {
        extraction.findings().add("document.damaged", part.id, "a package is cut off");
        spec.flags.set(PartFlag::truncated);
    }
    return extraction.add_child(std::move(spec), package.content, part.storage);
}

void open_ole1_object(const Part& part, Extraction& extraction) {
    const auto found = parse_ole1_object(part.bytes);
    if (!found) return;  // the recogniser has read it
    if (found->linked) {
        extraction.findings().add("mime.external-body", part.id, found->topic);
        return;
    }
    // What Packager embeds lacks the size in front that its stream in a compound file has.
    if (const auto package = parse_ole_package_data(found->data)) {
        (void)add_package(part, extraction, *package);  // the last thing to be done
        return;
    }
    ChildSpec spec{.label = found->class_name, .opened_by = "ole1"};
    if (found->cut) {
        extraction.findings().add("document.damaged", part.id, "an embedded object is cut off");
        spec.flags.set(PartFlag::truncated);
    }
    (void)extraction.add_child(std::move(spec), found->data, part.storage);  // the last thing to be done
}

void open_ole_package(const Part& part, Extraction& extraction) {
    if (const auto package = parse_ole_package(part.bytes)) (void)add_package(part, extraction, *package);
}

Confidence recognise_ole1_object(base::Bytes head, std::string_view /*name*/) {
    return parse_ole1_object(head) ? good_match : no_match;
}

// Its fields are few and small: they must all fit, and the size must be that of the file, or nearly so.
Confidence recognise_ole_package(base::Bytes head, std::string_view /*name*/) {
    constexpr std::size_t most_behind = 16;
    base::Cursor in(head);
    const std::uint64_t size = in.u32_le().value_or(0);
    const auto package = parse_ole_package(head);
    if (!package || !is_printable(package->file_name)) return no_match;
    return package->cut || (size <= in.left() && in.left() - size <= most_behind) ? good_match : no_match;
}

}  // namespace

std::optional<Ole1Object> parse_ole1_object(base::Bytes bytes) {
    auto out = object(bytes, Reading::strict);
    if (!out) return std::nullopt;
    return std::move(*out);
}

std::optional<Ole1Object> parse_ole1_object_of_rtf(base::Bytes bytes) {
    auto out = object(bytes, Reading::as_word_does);
    if (!out) return std::nullopt;
    return std::move(*out);
}

const Format ole1_object_format{
    .name = "ole1-object",
    .type = "application/x-ole1-object",
    .extensions = "",
    .recognise = recognise_ole1_object,
    .open = open_ole1_object,
};

const Format ole_package_format{
    .name = "ole-package",
    .type = "application/x-ole-package",
    .extensions = "",
    .recognise = recognise_ole_package,
    .open = open_ole_package,
};

}  // namespace sekisho::scanner::office

#include "scanner/office/rtf.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/cfb.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/ole1.h"
#include "scanner/office/ole_content.h"
#include "scanner/office/ole_objects.h"
#include "scanner/office/rtf_reader.h"

namespace sekisho::scanner::office {

namespace {

// Word asks for no more than {\rt. Blanks, zeros and other bytes that no text begins with may stand before
// it.
std::optional<std::size_t> find_begin(base::Bytes bytes) {
    constexpr std::size_t most_before = 16;
    const std::string_view text = base::as_text(base::head(bytes, most_before + 4));
    const std::size_t at = text.find('{');
    if (at == text.npos || !base::starts_with_ignoring_case(text.substr(at), "{\\rt")) return std::nullopt;
    const bool junk = std::ranges::none_of(text.substr(0, at), [](char c) { return c > ' ' && c < '\x7F'; });
    return junk ? std::optional(at) : std::nullopt;
}

Confidence recognise_rtf(base::Bytes head, std::string_view /*name*/) {
    return find_begin(head) ? sure_match : no_match;
}

// What every writer puts there: "{\rtf1", or no version at all.
bool has_honest_begin(base::Bytes bytes) {
    std::string_view text = base::as_text(bytes);
    if (!text.starts_with("{\\rtf")) return false;
    text.remove_prefix(5);
    if (text.starts_with('1') || text.starts_with('0')) text.remove_prefix(1);
    return !text.empty() && !base::is_digit(text[0]) && base::hex_value(text[0]) < 0;
}

// The objects of one RTF, one after the other.
class Objects {
public:
    Objects(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    // False: the budget is spent.
    bool open(const RtfObject& object) {
        if (object.data == nullptr) return true;  // named and not there
        constexpr std::size_t shortest = 8;       // of a header: less is a slip of the pen
        const base::Bytes bytes = object.data->bytes();
        const auto ole1 = parse_ole1_object_of_rtf(bytes);
        tell_object(object, ole1);
        if (object.junk.beyond_writers()) tell_junk(object.junk);
        if (!ole1) return bytes.size() < shortest || open_broken(object);
        if (ole1->linked) return tell_link(*ole1);
        return open_native(object, *ole1) && open_behind(object, *ole1);
    }

    bool any() const { return any_; }
    bool any_equation() const { return equation_; }
    bool any_link() const { return link_; }

private:
    Findings& findings() { return extraction_.findings(); }

    void tell_object(const RtfObject& object, const std::optional<Ole1Object>& ole1) {
        any_ = true;
        const std::string& name = ole1 && !ole1->class_name.empty() ? ole1->class_name : object.class_name;
        findings().add("rtf.object", part_.id,
                       fmt::format("{}: {} bytes", name, object.data->bytes().size()));
    }
    void tell_junk(const RtfJunk& junk) {
        findings().add(
            "rtf.obfuscated", part_.id,
            fmt::format("between the digits of an object: {} escapes, {} control words, {} groups, "
                        "{} runs of \\bin, {} other characters",
                        junk.escapes, junk.words, junk.groups, junk.binaries, junk.characters));
    }

    bool tell_link(const Ole1Object& ole1) {
        OleContent content;
        content.links.push_back(ole1.topic);
        tell(content);
        return true;
    }

    void tell(const OleContent& content) {
        report_ole_content(content, part_.id, findings());
        equation_ = equation_ || content.equation;
        for (const std::string& target : content.links)
            link_ = link_ || place_of(target) == TargetPlace::remote;
        if (content.equation) findings().add("rtf.equation", part_.id, content.exploit);
        if (!content.package.empty()) findings().add("rtf.package", part_.id, content.package);
    }

    ChildSpec spec_of(const RtfObject& object, std::string label) const {
        ChildSpec spec{.label = std::move(label), .opened_by = "rtf-object"};
        if (object.truncated) spec.flags.set(PartFlag::truncated);
        return spec;
    }

    bool open_native(const RtfObject& object, const Ole1Object& ole1) {
        ChildSpec spec = spec_of(object, ole1.class_name.empty() ? "object" : ole1.class_name);
        if (ole1.cut) {
            findings().add("document.damaged", part_.id, "an embedded object is cut off");
            spec.flags.set(PartFlag::truncated);
        }
        if (Cfb::has_magic(ole1.data)) {
            if (auto cfb = Cfb::open(ole1.data))
                tell(look_at_ole(*cfb, ole1.class_name, extraction_.budget()));
            return extraction_.add_child(std::move(spec), ole1.data, object.data);
        }
        tell(look_at_native(ole1.data, ole1.class_name));
        const auto package = parse_ole_package_data(ole1.data);
        if (!package) {
            if (ole1.data.empty()) return true;
            return extraction_.add_child(std::move(spec), ole1.data, object.data);
        }
        spec.label.clear();
        spec.name = name_of(*package);
        if (package->cut) spec.flags.set(PartFlag::truncated);
        if (package->cut && !ole1.cut) findings().add("document.damaged", part_.id, "a package is cut off");
        return extraction_.add_child(std::move(spec), package->content, object.data);
    }

    // Of its three names the one that says most: the temporary file is what is started.
    static const std::string& name_of(const OlePackage& package) {
        for (const std::string* name : {&package.file_name, &package.temp_path, &package.label}) {
            if (is_dangerous_package({.label = {}, .file_name = *name, .temp_path = {}, .content = {}}))
                return *name;
        }
        return package.file_name;
    }

    // The picture that stands for the object, as a rule; what else there is may be looked into.
    bool open_behind(const RtfObject& object, const Ole1Object& ole1) {
        constexpr std::uint32_t no_presentation = 0;
        constexpr std::uint32_t presentation = 5;
        constexpr std::size_t small = 64;
        base::Cursor in(ole1.behind);
        const bool version = in.skip(4).has_value();
        const std::uint32_t kind = in.u32_le().value_or(no_presentation);
        if (!version || kind == presentation || (kind == no_presentation && in.left() < small)) return true;
        return extraction_.add_child(spec_of(object, "behind"), ole1.behind, object.data);
    }

    bool open_broken(const RtfObject& object) {
        findings().add("document.damaged", part_.id, "an embedded object has no sound header");
        ChildSpec spec = spec_of(object, "object");
        spec.flags.set(PartFlag::damaged);
        return extraction_.add_child(std::move(spec), object.data->bytes(), object.data);
    }

    const Part& part_;
    Extraction& extraction_;
    bool any_ = false;
    bool equation_ = false;
    bool link_ = false;
};

void report_templates(const RtfContent& content, const Part& part, Findings& findings) {
    for (const std::string& path : content.templates) {
        const TargetPlace place = place_of(path);
        if (place == TargetPlace::remote)
            findings.add(is_named_as_house(path) ? "office.remote-template.house" : "rtf.template", part.id,
                         path);
        if (place == TargetPlace::corporate) findings.add("office.template-path", part.id, path);
    }
}

// What is told of the document as a whole.
void report(const RtfContent& content, const Objects& objects, const Part& part, Findings& findings) {
    constexpr std::size_t most_fonts = 32'000;  // Word counts them in 16 bits: CVE-2023-21716
    constexpr std::size_t deepest = 4'096;
    if (content.object_update && objects.any()) findings.add("rtf.objupdate", part.id);
    if (content.object_update && objects.any_equation()) findings.add("rtf.equation.update", part.id);
    if (content.object_update && objects.any_link()) findings.add("rtf.link.update", part.id);
    report_templates(content, part, findings);
    report_fields(content.fields, part.id, findings);
    if (content.fonts > most_fonts)
        findings.add("rtf.fonttable", part.id, fmt::format("{} fonts", content.fonts));
    if (objects.any() && !has_honest_begin(part.bytes))
        findings.add("rtf.obfuscated", part.id, base::as_text(base::head(part.bytes, 16)));
    if (content.deepest > deepest)
        findings.add("rtf.obfuscated", part.id, fmt::format("groups {} deep", content.deepest));
    if (content.damaged) findings.add("rtf.damaged", part.id, "\\bin with more bytes than there are");
    if (content.limited) findings.add("rtf.limit", part.id);
}

void open_rtf(const Part& part, Extraction& extraction) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    Output text = extraction.new_output();
    const RtfContent content = read_rtf(part.bytes, text, extraction.budget());
    Objects objects(part, extraction);
    bool room = true;
    for (const RtfObject& object : content.objects) {
        room = room && objects.open(object);
    }
    report(content, objects, part, extraction.findings());
    if (!room || text.size() == 0) return;
    const char* const type = content.html ? "text/html" : "text/plain";
    // Text that shows code is no script that somebody attached.
    ChildSpec spec{
        .label = "text", .claimed_type = type, .type = type, .charset = "utf-8", .opened_by = "rtf-text"};
    (void)extraction.add_child(std::move(spec), std::move(text));  // the last thing to be done
}

}  // namespace

const Format rtf_format{
    .name = "rtf",
    .type = "application/rtf",
    .extensions = "rtf,doc,wbk",
    .recognise = recognise_rtf,
    .open = open_rtf,
    .holds = Holds::suspiciously,
};

}  // namespace sekisho::scanner::office

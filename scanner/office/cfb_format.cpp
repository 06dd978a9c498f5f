// Compound files as parts: what kind of document, which streams, which macros.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/office/access_database.h"
#include "scanner/office/active_mime.h"
#include "scanner/office/cfb.h"
#include "scanner/office/doc_text.h"
#include "scanner/office/formats.h"
#include "scanner/office/inflate.h"
#include "scanner/office/locked.h"
#include "scanner/office/msg.h"
#include "scanner/office/msi_names.h"
#include "scanner/office/ole1.h"
#include "scanner/office/ole_content.h"
#include "scanner/office/ole_objects.h"
#include "scanner/office/ole_properties.h"
#include "scanner/office/onenote.h"
#include "scanner/office/rtf.h"
#include "scanner/office/vba_parts.h"
#include "scanner/office/vba_signature.h"
#include "scanner/office/xml_document.h"

namespace sekisho::scanner::office {

namespace {

enum class Kind : std::uint8_t {
    other,
    word,
    excel,
    powerpoint,
    outlook,
    visio,
    publisher,
    installer,
    vba_project,
    locked
};

constexpr std::uint32_t entries_for_kind = 4'096;
// {000C1084-0000-0000-C000-000000000046}: an .msi; 1082 and 1086 are its patches and transforms.
constexpr std::array<std::uint8_t, 16> installer_clsid{0x84, 0x10, 0x0C, 0, 0, 0, 0, 0,
                                                       0xC0, 0,    0,    0, 0, 0, 0, 0x46};

// The first name that stands in the root decides; embedded documents hang deeper.
struct KindMark {
    std::string_view name;
    Kind kind;
};
constexpr std::array kind_marks{
    KindMark{"EncryptedPackage", Kind::locked},
    KindMark{"WordDocument", Kind::word},
    KindMark{"Workbook", Kind::excel},
    KindMark{"Book", Kind::excel},
    KindMark{"PowerPoint Document", Kind::powerpoint},
    KindMark{"__properties_version1.0", Kind::outlook},
    KindMark{"VisioDocument", Kind::visio},
    KindMark{"Quill", Kind::publisher},
    KindMark{"VBA", Kind::vba_project},
};

Kind kind_of(const Cfb& cfb) {
    if (cfb.entries().empty()) return Kind::other;
    auto clsid = cfb.entries()[0].clsid;
    if ((clsid[0] & 0xF9U) == 0x80) clsid[0] = installer_clsid[0];
    if (clsid == installer_clsid) return Kind::installer;
    for (const KindMark& mark : kind_marks) {
        if (cfb.find_in_root(mark.name)) return mark.kind;
    }
    return Kind::other;
}

template <Kind wanted>
Confidence recognise(base::Bytes head, std::string_view /*name*/) {
    if (!Cfb::has_magic(head)) return no_match;
    if constexpr (wanted == Kind::other) {
        return good_match;  // whatever its directory says, or where it has none
    } else {
        const auto cfb = Cfb::open(head, entries_for_kind);
        return cfb && kind_of(*cfb) == wanted ? sure_match : no_match;
    }
}

// One compound file being opened.
class Opener {
public:
    Opener(const Part& part, Cfb cfb, Extraction& extraction)
        : part_(part),
          cfb_(std::move(cfb)),
          extraction_(extraction),
          installer_(kind_of(cfb_) == Kind::installer) {}

    void run() {
        // Of a broken one nobody knows which sectors are its own, and it is told as that.
        extraction_.covers(cfb_.damaged() ? part_.bytes : part_.bytes.first(cfb_.used_bytes()));
        const LockOutcome lock = open_locks(part_, cfb_, extraction_);
        if (lock.in_child) return;
        consumed_.resize(cfb_.entries().size());
        if (kind_of(cfb_) == Kind::outlook && !open_outlook_message(part_, cfb_, extraction_, consumed_))
            return;
        if (!open_vba(part_, cfb_, extraction_, consumed_)) return;
        report_ole_content(look_at_ole(cfb_, {}, extraction_.budget()), part_.id, extraction_.findings());
        if (!lock.locked && !open_word_texts(part_, cfb_, extraction_)) return;
        if (!open_properties()) return;
        if (!open_streams(lock.locked)) return;
        Findings& findings = extraction_.findings();
        if (installer_ && !has_installer_signature()) findings.add("exe.unsigned", part_.id, part_.name);
        if (!signed_by_.empty()) findings.add("office.vba.signed", part_.id, signed_by_);
        if (!hidden_stream_.empty()) findings.add("document.hidden-stream", part_.id, hidden_stream_);
        if (cfb_.damaged() && !lock.locked) {
            findings.add("document.damaged", part_.id, "compound file structure is broken");
        }
    }

private:
    CfbStream read(std::uint32_t index) { return cfb_.read(index, extraction_.budget()); }
    // Windows Installer, "Digital Signatures and Windows Installer": a stream of the root. Whether it holds
    // is not looked at.
    bool has_installer_signature() const {
        constexpr std::string_view name("\5DigitalSignature");
        return std::ranges::any_of(
            cfb_.entries(), [&](const CfbEntry& entry) { return entry.parent == 0 && entry.name == name; });
    }
    base::Bytes head_of(std::uint32_t index, StoragePtr& keep) {
        CfbStream stream = cfb_.read(index, extraction_.budget(), 16'384);
        keep = stream.storage;
        return stream.bytes;
    }

    // What people wrote about the document; macros keep strings there.
    bool open_properties() {
        constexpr int most = 8;  // there are two; more of the same names are a trick
        std::string lines;
        const auto entries = cfb_.entries();
        int seen = 0;
        for (std::uint32_t i = 0; i < entries.size() && seen < most; ++i) {
            if (entries[i].parent != 0 || !is_property_stream(entries[i].name)) continue;
            ++seen;
            const CfbStream stream = read(i);
            if (!extraction_.budget().spend_steps(stream.bytes.size())) return false;
            const OleProperties properties = parse_ole_properties(stream.bytes);
            lines += property_lines(properties);
            if (properties.has_signature) signed_by_ = "digital signature among the document's properties";
        }
        if (lines.empty()) return true;
        ChildSpec spec;
        spec.label = "properties";
        spec.name = "properties.txt";
        spec.claimed_type = "text/plain";
        spec.type = "text/plain";
        spec.charset = "utf-8";
        spec.opened_by = "ole-properties";
        const StoragePtr storage = store_text(std::move(lines), extraction_.budget());
        if (storage == nullptr) return false;
        const base::Bytes bytes = storage->bytes();
        return extraction_.add_child(std::move(spec), bytes, storage);
    }

    bool open_streams(bool locked) {
        const auto entries = cfb_.entries();
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            const CfbEntry& entry = entries[i];
            if (entry.kind != CfbEntry::Kind::stream || entry.size == 0 || consumed_[i]) continue;
            if (locked && entry.name == "EncryptedPackage") continue;
            if (!open_stream(i)) return false;
        }
        return true;
    }

    std::string shown(const std::string& name) const { return installer_ ? installer_name(name) : name; }

    // Streams that say nothing and that no rule can match; an Outlook message has dozens of them. They stand
    // in the bytes of the file itself all the same.
    bool is_plumbing(const CfbEntry& entry) const {
        constexpr std::uint64_t too_small = 16;
        constexpr std::array<std::string_view, 4> names{
            "\x01"
            "CompObj",
            "\x01Ole", "\x03ObjInfo", "__properties_version1.0"};
        if (entry.size < too_small || std::ranges::find(names, entry.name) != names.end()) return true;
        return entry.parent < cfb_.entries().size() &&
               cfb_.entries()[entry.parent].name == "__nameid_version1.0";
    }

    bool open_stream(std::uint32_t index) {
        const CfbEntry& entry = cfb_.entries()[index];
        if (is_plumbing(entry)) return true;
        const CfbStream stream = read(index);
        if (stream.bytes.empty()) return extraction_.budget().in_time();
        ChildSpec spec;
        spec.label = fmt::format("ole:{}", shown(cfb_.path(index)));
        spec.name = shown(entry.name);
        spec.opened_by = "ole-stream";
        if (stream.truncated) spec.flags.set(PartFlag::truncated);
        if (entry.orphan) {
            // In a broken file whatever the breach cut off hangs in no tree.
            if (!cfb_.damaged()) spec.flags.set(PartFlag::hidden);
            if (hidden_stream_.empty())
                hidden_stream_ = fmt::format("{}{}", entry.name, entry.deleted ? " (deleted)" : "");
        }
        if (base::equals_ignoring_case(entry.name,
                                       "\x05"
                                       "DigitalSignature"))
            signed_by_ = entry.name;
        if (entry.name == "PowerPoint Document" && !open_presentation_objects(stream)) return false;
        if (base::equals_ignoring_case(entry.name, "\x01Ole10Native")) {
            if (const auto package = parse_ole_package(stream.bytes)) {
                spec.name = package->file_name;
                spec.opened_by = "ole-package";
                if (package->cut) spec.flags.set(PartFlag::truncated);
                return extraction_.add_child(std::move(spec), package->content, stream.storage);
            }
        }
        return extraction_.add_child(std::move(spec), stream.bytes, stream.storage);
    }

    bool open_presentation_objects(const CfbStream& stream) {
        for (const PptObject& object : find_ppt_objects(stream.bytes)) {
            ChildSpec spec;
            spec.label = "ole:ExOleObjStg";
            spec.name = "ExOleObjStg";
            spec.opened_by = "ole-object";
            if (!object.compressed) {
                if (!extraction_.add_child(std::move(spec), object.data, stream.storage)) return false;
                continue;
            }
            Output output = extraction_.new_output();
            if (!inflate_zlib(object.data, output)) spec.flags.set(PartFlag::damaged);
            if (output.size() > 0 && !extraction_.add_child(std::move(spec), std::move(output))) return false;
        }
        return true;
    }

    const Part& part_;
    Cfb cfb_;
    Extraction& extraction_;
    bool installer_;
    std::vector<bool> consumed_;
    std::string signed_by_;
    std::string hidden_stream_;
};

void open_compound(const Part& part, Extraction& extraction) {
    auto cfb = Cfb::open(part.bytes);
    if (!cfb) {
        extraction.findings().add("document.damaged", part.id, cfb.error().message);
        return;
    }
    Opener(part, std::move(*cfb), extraction).run();
}

Turn turn_of(const Part& part) { return is_locked(part.bytes) ? Turn::locked : Turn::heavy; }

// Source that this room extracted, or an exported .bas/.cls/.frm file.
Confidence recognise_source(base::Bytes head, std::string_view /*name*/) {
    const std::string_view text = base::as_text(base::head(head, 64));
    if (base::starts_with_ignoring_case(text, "Attribute VB_")) return sure_match;
    if (base::starts_with_ignoring_case(text, "VERSION 1.0 CLASS")) return good_match;
    return no_match;
}

// Runs with the rights of whoever opens it, as an .exe does.
void inspect_installer(const Part& part, Findings& findings) {
    findings.add("file.executable", part.id, fmt::format("Windows Installer package: {}", part.name));
}

Confidence recognise_onenote(base::Bytes head, std::string_view /*name*/) {
    return is_onenote(head) ? sure_match : no_match;
}

// [MS-CFB] 2.2: the byte order mark, and a sector size that goes with the version.
std::size_t extent_of_compound(base::Bytes tail) {
    if (!Cfb::has_magic(tail) || tail.size() < Cfb::min_size) return 0;
    base::Cursor at(tail);
    if (!at.seek(0x1A)) return 0;
    const std::uint16_t version = at.u16_le().value_or(0);
    const std::uint16_t order = at.u16_le().value_or(0);
    const std::uint16_t shift = at.u16_le().value_or(0);
    const bool sound = order == 0xFFFE && ((version == 3 && shift == 9) || (version == 4 && shift == 12));
    return sound ? tail.size() : 0;
}
std::size_t extent_of_onenote(base::Bytes tail) { return is_onenote(tail) ? tail.size() : 0; }

using namespace std::string_view_literals;
constexpr std::array kinds{
    EmbeddedKind{.type = "application/x-ole-storage",
                 .signature = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv,
                 .extent = extent_of_compound},
    EmbeddedKind{
        .type = "application/onenote", .signature = "\xE4\x52\x5C\x7B"sv, .extent = extent_of_onenote},
};

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    Format{.name = "office-word", .type = "application/msword", .extensions = "doc,dot,wbk,wiz", .recognise = recognise<Kind::word>, .turn = turn_of, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "office-excel", .type = "application/vnd.ms-excel", .extensions = "xls,xlt,xla,xlm,xlw,xlb", .recognise = recognise<Kind::excel>, .turn = turn_of, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "office-powerpoint", .type = "application/vnd.ms-powerpoint", .extensions = "ppt,pps,pot,ppa", .recognise = recognise<Kind::powerpoint>, .turn = turn_of, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "outlook-message", .type = "application/vnd.ms-outlook", .extensions = "msg,oft", .recognise = recognise<Kind::outlook>, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "office-visio", .type = "application/vnd.visio", .extensions = "vsd,vst,vss,vdw", .recognise = recognise<Kind::visio>, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "office-publisher", .type = "application/x-mspublisher", .extensions = "pub", .recognise = recognise<Kind::publisher>, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "windows-installer", .type = "application/x-msi", .extensions = "msi,msp,mst", .recognise = recognise<Kind::installer>, .open = open_compound, .inspect = inspect_installer, .holds = Holds::suspiciously},
    Format{.name = "vba-project", .type = "application/vnd.ms-office.vbaproject", .extensions = "", .recognise = recognise<Kind::vba_project>, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "office-encrypted", .type = "application/x-office-encrypted", .extensions = "docx,docm,dotx,dotm,xlsx,xlsm,xlsb,xltx,xltm,xlam,pptx,pptm,ppsx,ppsm,potx,potm,ppam,vsdx,vsdm", .recognise = recognise<Kind::locked>, .turn = turn_of, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "ole-storage", .type = "application/x-ole-storage", .extensions = "", .recognise = recognise<Kind::other>, .open = open_compound, .holds = Holds::suspiciously},
    Format{.name = "onenote", .type = "application/onenote", .extensions = "one,onetoc2", .recognise = recognise_onenote, .open = open_onenote, .holds = Holds::ordinarily},
    Format{.name = "vba-source", .type = "text/x-vba", .extensions = "vba,bas,cls,frm", .recognise = recognise_source, .risky = false},
};
// clang-format on

}  // namespace

std::span<const EmbeddedKind> embedded_kinds() { return kinds; }

std::span<const Format> formats() {
    static const std::vector<Format> all = [] {
        std::vector<Format> out(rows.begin(), rows.end());
        out.insert(out.end(), {active_mime_format, word_xml_format, flat_opc_format, ole1_object_format,
                               ole_package_format, rtf_format, vba_signature_format, access_database_format});
        return out;
    }();
    return all;
}

}  // namespace sekisho::scanner::office

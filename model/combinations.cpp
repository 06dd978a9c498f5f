#include "model/combinations.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"

namespace sekisho::model {

namespace {

constexpr std::size_t most_lists = 3;
using Lists = std::array<std::string_view, 2>;
using ThreeLists = std::array<std::string_view, most_lists>;

constexpr std::string_view active_file =
    "file.executable,file.script,lnk.command,lnk.fetch,lnk.remote,shortcut.command,shortcut.remote";
constexpr std::string_view hidden_name = "type.double-extension,type.name-tricks";

// The code of a database runs when a macro or form of it calls it, not by its name.
constexpr ThreeLists access_dropper{"office.access.startup", "office.vba.exec",
                                    "office.vba.download,office.vba.obfuscated"};
constexpr Lists addin_unsigned{"exe.addin", "exe.unsigned"};
constexpr Lists autoexec_launch{"office.*.autoexec", "office.*.exec,office.*.download"};
// Fraud with a changed account: the name is known, the address is not its owner's.
constexpr Lists borrowed_payment{"mail.from.known-name,mail.from.lookalike,mail.from.own-address-in-name",
                                 "mail.lure.payment-change"};
constexpr Lists hidden_login{"html.login", "html.encoded,html.data-url"};
// A picture of a document that is "protected": all that it does is to lead to the dropper.
constexpr Lists pdf_lure_directory{"pdf.lure", "link.emotet-path"};
constexpr Lists pdf_lure_link{"pdf.lure", "link.archive"};
constexpr Lists pdf_lure_program{"pdf.lure", "link.executable"};
constexpr ThreeLists customui_dropper{"office.customui", "office.vba.download,office.vba.obfuscated",
                                      "office.vba.exec,office.vba.write"};
constexpr Lists disguised_active{hidden_name, active_file};
constexpr Lists image_hidden_active{"image.hidden-file,image.readings-differ", active_file};
// Every form to fill in says so and runs something when it is opened: only what reaches beyond the book
// counts.
constexpr Lists lure_macro{"mail.lure.enable-content",
                           "office.vba.exec,office.vba.download,office.vba.obfuscated,office.xlm.macro"};
constexpr Lists odf_launch{"office.odf.autoexec", "office.vba.exec,office.vba.download"};
// Information stealers come as one unsigned program that is called as a paper is, or packed as no office
// packs.
constexpr Lists program_document_name{"mail.program.document-name", "exe.unsigned"};
constexpr ThreeLists program_packed{"mail.program.alone", "exe.anonymous", "exe.packed"};
constexpr ThreeLists program_rare_archive{"mail.program.alone", "mail.program.rare-archive", "exe.unsigned"};
constexpr Lists script_launch{"file.script", "script.exec"};
// A reply or forward that nobody's thread has, whose sender's name belongs to another: as Emotet's, of every
// wave.
constexpr std::string_view lost_reply = "mail.reply.no-thread,mail.forward.no-thread";
constexpr std::string_view borrowed_name =
    "mail.from.address-in-name,mail.from.known-name,mail.from.lookalike,mail.from.own-address-in-name,mail."
    "reply.other-address";
constexpr ThreeLists spoofed_active{
    lost_reply, borrowed_name,
    "file.executable,file.script,lnk.command,lnk.fetch,lnk.remote,"
    "shortcut.command,shortcut.remote,office.*.autoexec,office.*.exec,"
    "office.*.download,office.remote-template*,office.vba.remote-load,office.ole-link"};
constexpr ThreeLists spoofed_download{lost_reply, borrowed_name,
                                      "link.archive,link.file-host,link.two-words"};
constexpr ThreeLists spoofed_link{lost_reply, borrowed_name,
                                  "link.emotet-path,link.executable,link.appinstaller"};
constexpr ThreeLists spoofed_locked{lost_reply, borrowed_name,
                                    "archive.encrypted.lone-document,archive.encrypted.executable"};
// What a page says that builds such a picture is the page's.
constexpr Lists svg_leads_away{"svg.script",
                               "html.redirect,html.smuggling,html.blob,html.encoded,html.data-url"};
constexpr Lists unlocked_active{"archive.encrypted.unlocked", active_file};
constexpr Lists unlocked_macro{"archive.encrypted.unlocked", "office.*.autoexec"};

constexpr std::array rows{
    Combination{"combo.access.dropper", Reach::attachment, access_dropper},
    Combination{"combo.addin.unsigned", Reach::attachment, addin_unsigned},
    Combination{"combo.autoexec.launch", Reach::attachment, autoexec_launch},
    Combination{"combo.borrowed-name.payment", Reach::message, borrowed_payment},
    Combination{"combo.customui.dropper", Reach::attachment, customui_dropper},
    Combination{"combo.disguised.active", Reach::attachment, disguised_active},
    Combination{"combo.html.hidden-login", Reach::attachment, hidden_login},
    Combination{"combo.image.hidden-active", Reach::attachment, image_hidden_active},
    Combination{"combo.lure.macro", Reach::message, lure_macro},
    Combination{"combo.odf.launch", Reach::attachment, odf_launch},
    Combination{"combo.pdf.lure-directory", Reach::attachment, pdf_lure_directory},
    Combination{"combo.pdf.lure-link", Reach::attachment, pdf_lure_link},
    Combination{"combo.pdf.lure-program", Reach::attachment, pdf_lure_program},
    Combination{"combo.program.document-name", Reach::attachment, program_document_name},
    Combination{"combo.program.packed", Reach::attachment, program_packed},
    Combination{"combo.program.rare-archive", Reach::attachment, program_rare_archive},
    Combination{"combo.script.launch", Reach::attachment, script_launch},
    Combination{"combo.spoofed-reply.active", Reach::message, spoofed_active},
    Combination{"combo.spoofed-reply.download", Reach::message, spoofed_download},
    Combination{"combo.spoofed-reply.link", Reach::message, spoofed_link},
    Combination{"combo.spoofed-reply.locked", Reach::message, spoofed_locked},
    Combination{"combo.svg.leads-away", Reach::part, svg_leads_away},
    Combination{"combo.unlocked.active", Reach::attachment, unlocked_active},
    Combination{"combo.unlocked.autoexec", Reach::attachment, unlocked_macro},
};

bool is_one_of(std::string_view globs, const std::string& id) {
    return std::ranges::any_of(base::split(globs, ','),
                               [&](std::string_view glob) { return base::matches_glob(glob, id); });
}

bool holds_parts_of_a_mail(const PartSummary& part) {
    return part.type.starts_with("message/") || part.type.starts_with("multipart/");
}

// For each part the attachment that it is or came out of: the nearest one that lies directly in a mail.
std::vector<PartId> attachments_of(const std::vector<PartSummary>& parts) {
    std::vector<PartId> out(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& parent = parts[i].parent;
        const bool inside = parent && *parent < i && !holds_parts_of_a_mail(parts[*parent]);
        out[i] = inside ? out[*parent] : static_cast<PartId>(i);
    }
    return out;
}

// What is there of each list of one row, in one place.
struct Met {
    std::array<const Finding*, most_lists> by_list{};
};

PartId place_of(Reach reach, PartId part, const std::vector<PartId>& attachments) {
    if (reach == Reach::part) return part;
    return reach == Reach::message || part >= attachments.size() ? 0 : attachments[part];
}

std::optional<Finding> fulfil(const Combination& row, const std::vector<const Finding*>& findings,
                              const std::vector<PartId>& attachments) {
    std::map<PartId, Met> places;
    for (const Finding* finding : findings) {
        const PartId place = place_of(row.reach, finding->part, attachments);
        for (std::size_t i = 0; i < row.all.size(); ++i) {
            if (!is_one_of(row.all[i], finding->id)) continue;
            Met& met = places[place];
            if (met.by_list.at(i) == nullptr) met.by_list.at(i) = finding;
        }
    }
    for (const auto& [place, met] : places) {
        const auto wanted = std::span(met.by_list).first(row.all.size());
        if (std::ranges::find(wanted, nullptr) != wanted.end()) continue;
        std::string evidence;
        for (const Finding* finding : wanted)
            evidence += (evidence.empty() ? "" : " and ") + finding->id;
        return Finding{
            .id = std::string(row.id), .part = wanted.back()->part, .evidence = std::move(evidence)};
    }
    return std::nullopt;
}

}  // namespace

std::span<const Combination> combinations() { return rows; }

std::vector<Finding> combine(const WorkerReport& report, const std::function<bool(const Finding&)>& counts) {
    std::vector<const Finding*> findings;
    for (const Finding& finding : report.findings) {
        if (counts(finding)) findings.push_back(&finding);
    }
    std::vector<Finding> out;
    if (findings.size() < 2) return out;
    const std::vector<PartId> attachments = attachments_of(report.parts);
    for (const Combination& row : rows) {
        if (auto finding = fulfil(row, findings, attachments)) out.push_back(std::move(*finding));
    }
    return out;
}

}  // namespace sekisho::model

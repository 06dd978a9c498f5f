#include "scanner/active/pdf_actions.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_words.h"
#include "scanner/active/extensions.h"
#include "scanner/active/payload_kind.h"
#include "scanner/active/pdf_contents.h"
#include "scanner/active/pdf_names.h"
#include "scanner/active/pdf_script.h"
#include "scanner/active/places.h"
#include "scanner/active/script_elements.h"
#include "scanner/fold/fold.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::active {

namespace {

// What Windows runs on a double click, by its name or by its bytes.
bool is_active(const PdfFile& file) {
    const NameRisk risk = risk_of_extension(windows_extension(file.name));
    if (risk == NameRisk::script || risk == NameRisk::executable || risk == NameRisk::shortcut) return true;
    constexpr std::array<std::string_view, 6> kinds{"program",        "script",      "shortcut",
                                                    "encoded script", "ELF program", "HTML Help file"};
    const PayloadType type = payload_type(base::head(file.content.view(), payload_head));
    return std::ranges::find(kinds, type.name) != kinds.end();
}

// What it would open does something of its own once it is open.
bool is_risky(const PdfFile& file) {
    return is_active(file) || risk_of_extension(windows_extension(file.name)) != NameRisk::none;
}

bool is_flash(const PdfFile& file) {
    const std::string_view text = base::as_text(file.content.view());
    return text.starts_with("FWS") || text.starts_with("CWS") || text.starts_with("ZWS");
}

// Whether Windows would run what `place` names. What ends as hosts do may be one: word processors make
// "file:///C:/Users/x/www.example.com" of a link that was typed without a scheme.
bool names_program(std::string_view place) {
    const std::string extension = windows_extension(place);
    if (!is_dangerous_extension(extension)) return false;
    constexpr std::array<std::string_view, 3> domains{"com", "py", "sh"};
    if (std::ranges::find(domains, extension) == domains.end() || !starter_of_target(place).empty())
        return true;
    const std::string_view name = place.substr(place.find_last_of("\\/") + 1);  // npos + 1 is 0
    if (base::starts_with_ignoring_case(name, "www.")) return false;
    // "shop.example.com", and neither "setup.com" nor "invoice.pdf.com".
    constexpr std::array<std::string_view, 8> files{"doc", "docx", "jpg", "pdf", "png", "txt", "xls", "xlsx"};
    const std::string ahead = base::extension_of(name.substr(0, name.rfind('.')));
    const bool host = extension == "com" && std::ranges::count(name, '.') >= 2;
    return !host || std::ranges::find(files, ahead) != files.end();
}

std::string how(bool automatic) { return automatic ? "by itself" : "on a click"; }

class Opening {
public:
    Opening(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    void run() {
        constexpr std::uint64_t steps_per_byte = 4;  // the search for names, and that for mails
        if (!extraction_.budget().spend_steps(steps_per_byte * part_.bytes.size())) return;
        const std::string_view name = find_disguised_name(part_.bytes);
        if (!name.empty()) find("pdf.escaped-name", name);
        auto contents = read_pdf_contents(part_.bytes, extraction_.budget());
        open_mail(contents ? std::span<const PdfFile>(contents->files) : std::span<const PdfFile>());
        const bool limited = contents ? !contents->complete : contents.error().cause == base::Cause::limit;
        if (limited) tell_of_limit();
        if (!contents) {
            if (!limited) find("document.damaged", contents.error().message);
            return;
        }
        if (!contents->problem.empty()) find("pdf.repaired", contents->problem);
        judge_scripts(*contents);
        for (const PdfAction& action : contents->actions)
            judge(action);
        judge_stylesheet(contents->xfa);
        judge_files(*contents);
        judge_page(*contents);
        add_texts(*contents);
        for (PdfFile& file : contents->files) {
            if (!add_file(std::move(file))) return;
        }
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }

    // Whoever stops names the limit; should one forget it, the scan is still not called complete.
    void tell_of_limit() {
        if (extraction_.budget().reached().empty()) extraction_.budget().reach("limit.embedded");
    }

    // A mail behind the header, which Word opens as a web archive, macros and all (JPCERT/CC, 2023-08-22).
    // What is attached as it stands becomes a part anyway.
    void open_mail(std::span<const PdfFile> files) {
        std::vector<base::Bytes> attached;
        for (const PdfFile& file : files) {
            if (const base::Bytes there = place_in_document(file); !there.empty()) attached.push_back(there);
        }
        std::ranges::sort(attached, {}, [](base::Bytes piece) { return piece.data(); });
        const std::size_t at = find_mail(part_.bytes, attached);
        if (at == std::string_view::npos) return;
        find("type.polyglot", fmt::format("message/rfc822 at +0x{:x} of application/pdf", at));
        ChildSpec spec;
        spec.name = fmt::format("+0x{:x}.mht", at);
        spec.opened_by = "pdf-file";
        spec.type = "message/rfc822";
        (void)extraction_.add_child(std::move(spec), part_.bytes.subspan(at), part_.storage);
    }

    void judge_scripts(const PdfContents& contents) {
        scripts_ = contents.automatic_scripts + contents.document_scripts + contents.other_scripts +
                   scripts_of_xfa(contents.xfa);
        if (scripts_.empty()) return;
        find("pdf.javascript", scripts_);
        const std::string_view first =
            contents.automatic_scripts.empty() ? contents.document_scripts : contents.automatic_scripts;
        if (!first.empty()) find("pdf.javascript.auto", first);
        const PdfScriptFacts automatic = facts_of(contents.automatic_scripts);
        const PdfScriptFacts all = facts_of(scripts_);
        if (!folded_whole_) find("fold.limit", "script of a PDF");
        if (!all.exploit.empty()) find("pdf.javascript.exploit", all.exploit);
        if (!all.opens_file.empty()) find("pdf.javascript.open-file", all.opens_file);
        const bool risky = std::ranges::any_of(contents.files, is_risky);
        if (!automatic.opens_file.empty() || (!all.opens_file.empty() && risky))
            find("pdf.drop", all.opens_file);
        if (!automatic.opens_link.empty()) find("pdf.open-link", automatic.opens_link);
        const std::string& share = automatic.share.empty() ? all.share : automatic.share;
        if (!share.empty())
            judge_share({.place = share, .automatic = !automatic.share.empty()}, place_of(share));
    }

    std::string scripts_of_xfa(std::string_view xfa) {
        std::string out;
        if (!extraction_.budget().spend_steps(2 * xfa.size())) return out;
        for (std::size_t from = 0; const auto element = find_script_element(xfa, from);) {
            out += std::string(element->body) + "\n";
            from = element->end;
        }
        return out;
    }

    PdfScriptFacts facts_of(const std::string& script) {
        constexpr std::uint64_t steps_per_byte = 12;
        std::string text = script;
        if (text.empty() || !extraction_.budget().spend_steps(steps_per_byte * text.size())) return {};
        const fold::FoldResult folded = fold::fold(text, fold::Language::jscript);
        if (!extraction_.budget().spend_steps(folded.steps)) return {};
        folded_whole_ = folded_whole_ && !folded.incomplete;
        text += "\n" + fold::recovered_text(folded);
        return read_pdf_script(text);
    }

    void judge(const PdfAction& action) {
        using enum PdfAction::Kind;
        if (action.place.empty() && action.parameters.empty()) return;
        const Place place = place_of(action.place);
        note_link(action, place);
        switch (action.kind) {
            case launch:
                return judge_launch(action, place);
            case uri:
                // A browser would not open it; the shell that it is handed to does. Documents of the sender's
                // machine are what word processors leave behind, as are names without a scheme.
                if (base::starts_with_ignoring_case(action.place, "file:") &&
                    place.kind == Place::Kind::local && names_program(place.path))
                    return judge_launch(action, place);
                [[fallthrough]];
            case submit_form:
                if (place.kind == Place::Kind::share) return judge_share(action, place);
                if (action.automatic) find("pdf.open-link", action.place);
                return;
            case go_to:
            case import_data:
                if (place.kind == Place::Kind::share) return judge_share(action, place);
                if (action.automatic && place.kind == Place::Kind::web) find("pdf.open-link", action.place);
                return;
        }
    }

    // For those who look for links in texts. Readers take "www.example.com" for a page as well.
    void note_link(const PdfAction& action, const Place& place) {
        if (links_.size() >= 2 * max_pdf_actions) return;
        const bool bare = action.kind == PdfAction::Kind::uri && action.place.starts_with("www.");
        if (place.kind != Place::Kind::local) links_.insert(action.place);
        if (place.kind == Place::Kind::local && bare) links_.insert("http://" + action.place);
    }

    void judge_launch(const PdfAction& action, const Place& place) {
        const std::string command = fmt::format("{} {}", action.place, action.parameters);
        if (commands_.size() < longest_text) commands_ += command + "\n";
        const std::string evidence = fmt::format("{}: {}", how(action.automatic), command);
        const bool web = place.kind == Place::Kind::web;
        if (web) {  // as a link is
            if (action.automatic) find("pdf.open-link", evidence);
            return;
        }
        const bool starts = !base::trim(action.parameters).empty() ||
                            !starter_of_target(action.place).empty() || names_program(action.place) ||
                            !why_remote(place).empty() ||
                            (action.automatic && place.kind == Place::Kind::share);
        find(starts ? "pdf.launch.command" : "pdf.launch", evidence);
    }

    // Windows signs in to a share before it shows anything: whoever runs it has the hash of the password.
    void judge_share(const PdfAction& action, const Place& place) {
        const bool far = !why_remote(place).empty() || place.host.find('.') != std::string::npos;
        if (action.automatic && far) {
            find("pdf.remote.auto", action.place);
        } else if (action.automatic || !why_remote(place).empty()) {
            find("pdf.remote", fmt::format("{}: {}", how(action.automatic), action.place));
        }
    }

    // The style sheet of a form is fetched when the form is opened (CVE-2019-7089).
    void judge_stylesheet(std::string_view xfa) {
        constexpr std::size_t longest = 1'000;
        const std::size_t at = base::find_ignoring_case(xfa, "<?xml-stylesheet");
        if (at == xfa.npos) return;
        const std::string_view tag = xfa.substr(at, longest);
        const std::string_view target = attribute_in(tag.substr(0, tag.find("?>")), "href");
        const Place place = place_of(target);
        if (place.kind == Place::Kind::share)
            judge_share({.place = std::string(target), .automatic = true}, place);
    }

    void judge_files(const PdfContents& contents) {
        for (const PdfFile& file : contents.files) {
            find("pdf.attachment", file.name);
            if (is_active(file)) find("pdf.attachment.active", file.name);
        }
        if (contents.rich_media || std::ranges::any_of(contents.files, is_flash))
            find("pdf.rich-media", "Flash or a player");
    }

    // One large link over a picture, and next to nothing to read.
    void judge_page(const PdfContents& contents) {
        constexpr std::size_t little_text = 200;
        constexpr std::size_t few_links = 3;
        constexpr double large = 0.02;  // of a page: a button
        const bool few =
            contents.pages >= 1 && contents.pages <= 2 && contents.links >= 1 && contents.links <= few_links;
        if (!few || contents.text_bytes >= little_text || contents.largest_link < large) return;
        if (!contents.shows_picture && contents.largest_link < 0.5) return;
        find("pdf.lure", fmt::format("{} bytes of text, {} links, the largest over {:.0f} % of a page",
                                     contents.text_bytes, contents.links, 100 * contents.largest_link));
    }

    void add_texts(const PdfContents& contents) {
        std::string links;
        for (const std::string& link : links_) {
            if (links.size() < longest_text) links += link + "\n";
        }
        const bool going_on = add_text("javascript", "text/javascript", std::move(scripts_)) &&
                              add_text("xfa", "text/xml", contents.xfa) &&
                              add_text("links", "text/plain", std::move(links));
        if (going_on) (void)add_recovered(extraction_, "launch", std::move(commands_));
    }

    bool add_text(std::string_view label, std::string_view type, std::string text) {
        if (text.empty()) return true;
        const StoragePtr storage = store_text(std::move(text), extraction_.budget());
        if (storage == nullptr) return false;
        ChildSpec spec;
        spec.label = label;
        spec.type = type;
        spec.charset = "utf-8";
        spec.opened_by = "pdf";
        return extraction_.add_child(std::move(spec), storage->bytes(), storage);
    }

    bool add_file(PdfFile file) {
        ChildSpec spec;
        spec.name = std::move(file.name);
        spec.opened_by = "pdf-file";
        if (!file.whole) spec.flags.set(PartFlag::damaged);
        if (!file.whole) find("document.damaged", fmt::format("attached file {}", spec.name));
        // What stands in the document as it is need not be found there once more.
        if (const base::Bytes there = place_in_document(file); !there.empty()) extraction_.covers(there);
        return extraction_.add_child(std::move(spec), std::move(file.content));
    }

    // Empty: it does not stand in the document as it is.
    base::Bytes place_in_document(const PdfFile& file) const {
        const base::Bytes content = file.content.view();
        if (file.offset == 0 || !base::in_range(file.offset, content.size(), part_.bytes.size())) return {};
        const base::Bytes there = part_.bytes.subspan(file.offset, content.size());
        return std::ranges::equal(there, content) ? there : base::Bytes();
    }

    static constexpr std::size_t longest_text = 1u << 20;

    const Part& part_;
    Extraction& extraction_;
    std::string scripts_;
    bool folded_whole_ = true;
    std::string commands_;
    std::set<std::string> links_;
};

}  // namespace

void open_pdf(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::active

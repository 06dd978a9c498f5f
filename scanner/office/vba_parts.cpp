#include "scanner/office/vba_parts.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/macro_findings.h"
#include "scanner/office/vba.h"
#include "scanner/office/vba_constants.h"
#include "scanner/office/vba_forms.h"
#include "scanner/office/vba_literal.h"
#include "scanner/office/vba_pcode.h"
#include "scanner/office/vba_project.h"
#include "scanner/office/vba_stomped.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::office {

namespace {

class Opener {
public:
    Opener(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed)
        : part_(part), cfb_(cfb), extraction_(extraction), consumed_(consumed) {}

    bool run() {
        VbaProjects vba = read_vba(cfb_, part_.bytes, extraction_.budget());
        // Those of an embedded document are told where that is opened.
        std::erase_if(vba.projects, [this](const VbaProject& project) {
            return project.storage_index < consumed_.size() && consumed_[project.storage_index];
        });
        for (std::size_t i = 0; i < consumed_.size(); ++i)
            consumed_[i] = consumed_[i] || vba.consumed[i];
        for (VbaProject& project : vba.projects) {
            if (project.damaged && !damaged_) damaged_ = project.storage;
            judge_project(project);
            read_modules(project);
        }
        if (!vba.projects.empty()) read_forms_of(vba.projects.front());
        report();
        return room_;
    }

private:
    Budget& budget() { return extraction_.budget(); }

    void judge_project(const VbaProject& project) {
        Findings& findings = extraction_.findings();
        if (const auto text = cfb_.find(project.root, "PROJECT")) {
            const CfbStream stream = cfb_.read(*text, budget(), 1u << 20);
            const VbaProjectText listed = parse_vba_project_text(stream.bytes);
            if (listed.locked || listed.invisible || listed.unreadable) {
                findings.add("office.vba.protected", part_.id,
                             listed.unreadable ? "protection fields that do not decode"
                             : listed.locked   ? "locked for viewing"
                                               : "not shown in the editor");
            }
            find_unlisted(project, listed);
        }
        for (const VbaModule& module : project.modules) {
            if (module.two_names && module.has_code)
                findings.add("office.vba.hidden-module", part_.id, module.name + ": has two names");
        }
        constexpr std::size_t empty_performance = 7;  // version and reserved fields alone
        const bool has_code =
            std::ranges::any_of(project.modules, [](const VbaModule& module) { return module.has_code; });
        const bool no_cache = std::ranges::all_of(
            project.modules, [](const VbaModule& module) { return module.offset == 0 && !module.carved; });
        if (has_code && no_cache && project.performance.bytes.size() == empty_performance)
            findings.add("office.vba.purged", part_.id, project.storage);
    }

    // A module that runs and that the editor does not show. Names in other code pages may be spelt in two
    // ways.
    void find_unlisted(const VbaProject& project, const VbaProjectText& listed) {
        if (listed.modules.empty()) return;
        std::set<std::string> names;
        for (const std::string& name : listed.modules) {
            if (!base::is_ascii(name)) return;
            names.insert(base::to_lower(name));
        }
        for (const VbaModule& module : project.modules) {
            if (!module.has_code || module.carved || module.two_names || !base::is_ascii(module.name))
                continue;
            if (!names.contains(base::to_lower(module.name)))
                extraction_.findings().add("office.vba.hidden-module", part_.id, module.name);
        }
    }

    void read_modules(VbaProject& project) {
        const Identifiers identifiers = read_identifiers(project.performance.bytes);
        const std::string charset = base::charset_of_code_page(project.code_page);
        PublicConstants constants;
        for (std::size_t i = 0; i < project.modules.size(); ++i)
            constants.gather(project.modules[i].source, i);
        for (std::size_t i = 0; i < project.modules.size(); ++i) {
            VbaModule& module = project.modules[i];
            Stomped stomped;
            if (room_) stomped = judge_pcode(module, identifiers, charset, budget());
            if (module.has_code) {
                ++with_code_;
                if (code_evidence_.size() < 100)
                    code_evidence_ += fmt::format("{}{}", code_evidence_.empty() ? "" : ", ", module.name);
                look_at(constants.used_by(module.source, i) + module.source, module.name);
            }
            if (stomped.yes) {
                if (stomped_.empty()) stomped_ = stomped.evidence;
                look_at(stomped.text, module.name + " (p-code)");
            }
            if (!module.source.empty()) add_source(module);
            if (stomped.yes)
                add_text("pcode:" + module.name, module.name + ".pcode", "vba-pcode", stomped.text);
        }
        if (constants.full())
            extraction_.findings().add("fold.limit", part_.id, "public constants of the project");
    }

    void read_forms_of(const VbaProject& project) {
        const std::vector<VbaForm> forms =
            read_forms(cfb_, base::charset_of_code_page(project.code_page), budget());
        for (const VbaForm& form : forms) {
            if (form.lines.empty()) continue;
            // What is typed into a form runs nothing by itself: it counts where there is code to use it.
            if (with_code_ > 0 || !stomped_.empty()) look_at(form.lines, form.name);
            PartFlags flags;
            if (form.damaged) flags.set(PartFlag::damaged);
            add_text("form:" + form.name, form.name + ".form", "vba-form", form.lines, flags);
        }
    }

    // What folding brings to light becomes a part of its own.
    void look_at(const std::string& source, const std::string& name) {
        if (!budget().spend_steps(8 * source.size())) return;
        Recovered recovered = traits_.read(source, name);
        room_ = room_ && add_recovered(extraction_, part_, name, std::move(recovered));
    }

    void add_source(VbaModule& module) {
        PartFlags flags;
        if (module.carved) flags.set(PartFlag::damaged);
        add_text("vba:" + module.name, module.name + ".vba", "vba", std::move(module.source), flags);
    }

    void add_text(std::string label, std::string name, std::string_view opened_by, std::string text,
                  PartFlags flags = {}) {
        if (!room_) return;
        ChildSpec spec;
        spec.label = std::move(label);
        spec.name = std::move(name);
        spec.claimed_type = "text/x-vba";
        spec.type = "text/x-vba";
        spec.charset = "utf-8";
        spec.opened_by = opened_by;
        spec.flags = flags;
        const StoragePtr storage = store_text(std::move(text), budget());
        if (storage == nullptr) {
            room_ = false;
            return;
        }
        const base::Bytes bytes = storage->bytes();
        room_ = extraction_.add_child(std::move(spec), bytes, storage);
    }

    void report() {
        Findings& findings = extraction_.findings();
        if (with_code_ > 0 || !stomped_.empty())
            findings.add("office.macro", part_.id, with_code_ > 0 ? code_evidence_ : stomped_);
        if (damaged_) findings.add("office.vba.damaged", part_.id, *damaged_);
        if (!stomped_.empty()) findings.add("office.vba.stomped", part_.id, stomped_);
        traits_.report(part_.id, findings);
    }

    const Part& part_;
    Cfb& cfb_;
    Extraction& extraction_;
    std::vector<bool>& consumed_;
    MacroTraits traits_;
    std::size_t with_code_ = 0;
    std::string code_evidence_;
    std::string stomped_;
    std::optional<std::string> damaged_;
    bool room_ = true;
};

}  // namespace

bool open_vba(const Part& part, Cfb& cfb, Extraction& extraction, std::vector<bool>& consumed) {
    return Opener(part, cfb, extraction, consumed).run();
}

}  // namespace sekisho::scanner::office

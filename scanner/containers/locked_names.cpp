#include "scanner/containers/locked_names.h"

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/extensions.h"

namespace sekisho::scanner::containers {

void LockedNames::add_file(std::string_view raw_name, bool locked) {
    ++files_;
    if (!locked) return;
    ++locked_;
    // Windows drops blanks and dots at the end of a name; bytes behind a NUL are never seen.
    std::string_view name = raw_name.substr(0, raw_name.find('\0'));
    while (!name.empty() && (name.back() == ' ' || name.back() == '.'))
        name.remove_suffix(1);
    const NameRisk risk = risk_of_extension(base::extension_of(name));
    if (is_dangerous(risk) && executable_.empty()) executable_ = name;
    if (risk == NameRisk::document_with_macros && document_.empty()) document_ = name;
}

void LockedNames::report(Findings& findings, PartId part, std::string_view tried) const {
    if (locked_ == 0 && !hidden_) return;
    findings.add("archive.encrypted", part, hidden_ ? "names are encrypted too" : "");
    if (unlocked_ > 0)
        findings.add("archive.encrypted.unlocked", part, fmt::format("{} of {} members", unlocked_, locked_));
    // What was opened is judged by what it is.
    if (any_unopened()) {
        if (!executable_.empty()) findings.add("archive.encrypted.executable", part, executable_);
        if (files_ == 1 && !document_.empty())
            findings.add("archive.encrypted.lone-document", part, document_);
        findings.add("archive.encrypted.unopened", part,
                     fmt::format("{}{}{}",
                                 hidden_unopened_ ? std::string("names are encrypted too")
                                                  : fmt::format("{} of {} members", unopened_, files_),
                                 tried.empty() ? "" : ", ", tried));
    }
}

}  // namespace sekisho::scanner::containers

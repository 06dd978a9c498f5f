// For tests alone: RAR archives that rar_writer.h makes, and what opening one gives.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "scanner/containers/rar_open.h"
#include "scanner/containers/rar_writer.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {

inline constexpr const char* secret = "pass word";

inline const std::string& plain_of(const std::string& name) {
    static std::map<std::string, std::string> texts;
    std::string& text = texts[name];
    if (text.empty()) text = name + "\n" + sample_text(700 + 37 * name.size());
    return text;
}

inline RarWritten file(const std::string& name, bool locked, bool packed = false, bool solid = false) {
    return {.name = name, .plain = plain_of(name), .locked = locked, .packed = packed, .solid = solid};
}

inline bool is_rar5(std::string_view archive) { return archive.size() > 6 && archive[6] == '\1'; }

// What opening one archive with some passwords gives.
struct Opened {
    std::string archive;  // children are views into it
    TestExtraction extraction;

    explicit Opened(std::string bytes, std::initializer_list<const char*> passwords = {secret},
                    const model::ScanLimits& limits = {})
        : archive(std::move(bytes)), extraction(limits) {
        for (const char* password : passwords)
            extraction.harvest().add({password, PasswordSource::keyword, "ja"});
        const Part part = test_part(base::as_bytes(archive), "a.rar");
        open_rar(part, extraction, is_rar5(archive) ? ArchiveKind::rar5 : ArchiveKind::rar);
    }
    bool has(std::string_view id) { return containers::has(extraction, id); }
    std::string evidence(std::string_view id) {
        for (const model::Finding& finding : extraction.findings().all()) {
            if (finding.id == id) return finding.evidence;
        }
        return "(no such finding)";
    }
    bool complete() {
        if (!extraction.budget().reached().empty()) return false;
        for (const model::Finding& finding : extraction.findings().all()) {
            if (model::find_finding(finding.id)->incomplete) return false;
        }
        return true;
    }
    // Children that came out as what went in.
    std::size_t whole() const {
        std::size_t n = 0;
        for (const TestChild& child : extraction.children)
            n += !child.skipped && child.text() == plain_of(child.spec.name);
        return n;
    }
    std::size_t skipped() const {
        std::size_t n = 0;
        for (const TestChild& child : extraction.children)
            n += child.skipped;
        return n;
    }
    std::vector<std::string> findings() {
        std::vector<std::string> out;
        for (const model::Finding& finding : extraction.findings().all())
            out.push_back(finding.id);
        return out;
    }
};

using Check = Rar5Options::Check;

inline std::string rar3(std::initializer_list<RarWritten> files, bool lock_headers = false) {
    Rar3Writer writer(secret, lock_headers);
    for (const RarWritten& one : files)
        writer.add(one);
    return writer.finish();
}
inline std::string rar5(Rar5Options options, std::initializer_list<RarWritten> files) {
    options.password = secret;
    Rar5Writer writer(options);
    for (const RarWritten& one : files)
        writer.add(one);
    return writer.finish();
}

}  // namespace sekisho::scanner::containers

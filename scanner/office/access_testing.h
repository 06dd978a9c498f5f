// For the tests of Access databases: one being opened, and what is written into it.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scanner/office/access_database.h"
#include "scanner/testing.h"
#include "tests/fixtures/access_writer.h"
#include "tests/fixtures/vba_writer.h"

namespace sekisho::scanner::office {

struct OpenedAccess {
    explicit OpenedAccess(std::string file, model::ScanLimits limits = {}, const char* password = nullptr)
        : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        if (password != nullptr) extraction.harvest().add({password, PasswordSource::keyword, "en"});
        const Part part = test_part(base::as_bytes(bytes), "a.mdb");
        access_database_format.open(part, extraction);
    }
    bool has(std::string_view id) { return extraction.findings().has(id); }
    std::string ids() {
        std::set<std::string> all;
        for (const model::Finding& finding : extraction.findings().all())
            all.insert(finding.id);
        return fmt::format("{}", fmt::join(all, " "));
    }
    std::string evidence(std::string_view id) {
        for (const model::Finding& finding : extraction.findings().all()) {
            if (finding.id == id) return finding.evidence;
        }
        return {};
    }
    const TestChild* child(std::string_view label) const {
        const auto found = std::ranges::find_if(
            extraction.children, [&](const TestChild& one) { return one.spec.label == label; });
        return found == extraction.children.end() ? nullptr : &*found;
    }
    std::string_view text_of(std::string_view label) const {
        const TestChild* const found = child(label);
        return found == nullptr ? std::string_view() : found->text();
    }
    std::string labels() const {
        std::string out;
        for (const TestChild& one : extraction.children)
            out += fmt::format("{}{}", out.empty() ? "" : " ", one.spec.label);
        return out;
    }
    std::string bytes;
    TestExtraction extraction;
};

inline fixtures::AccessTableIn letters(bool ascii = false) {
    const std::string other = ascii ? "Rechnung" : "\u8ACB\u6C42\u66F8";
    return {
        "Letters",
        {{"Title"}, {"Body", fixtures::AccessType::memo}, {"Remark"}, {"More", fixtures::AccessType::memo}},
        {{"First", "A short one", other, {}},
         {"Second", std::string(10'000, 'b') + other, {}, "more"},
         {"Third", {}, "r", std::string(3'000, 'c')}}};
}

inline std::vector<fixtures::CfbNode> project(const std::string& source) {
    const fixtures::VbaProject one{.modules = {{.name = "Module1", .source = source}}};
    return {fixtures::cfb_storage("VBA", {fixtures::cfb_storage("VBAProject", fixtures::vba_nodes(one))})};
}

}  // namespace sekisho::scanner::office

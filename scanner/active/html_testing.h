// For tests alone: pages that carry an inert file, and what comes of opening them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/hash.h"
#include "scanner/active/html.h"
#include "scanner/testing.h"
#include "tests/fixtures/documents.h"

namespace sekisho::scanner::active {

// A ZIP that holds some text under the name of a script; 3 KB.
inline std::string inert_zip() {
    std::string text = "INERT SEKISHO TEST\r\n";
    for (int i = 0; text.size() < 3'000; ++i)
        text += fmt::format("line {} of an inert text\r\n", i * 7919 % 1000);
    return fixtures::stored_zip({{.name = "x.js", .data = text}});
}

inline std::string base64_of(std::string_view bytes) { return base::base64_encode(base::as_bytes(bytes)); }
inline std::string hex_of(std::string_view bytes) { return base::hex(base::as_bytes(bytes)); }

struct OpenedPage {
    std::vector<std::string> findings;  // ids, sorted, each once
    std::vector<std::string> children;  // bytes
    std::vector<ChildSpec> specs;
    std::vector<std::string> limits;
};
inline OpenedPage open_page(const std::string& html, std::string name = "a.html", bool svg = false,
                            model::ScanLimits limits = {}) {
    Part part = test_part(base::as_bytes(html), std::move(name));
    part.opened_by = "mime";
    part.type = svg ? "image/svg+xml" : "text/html";
    TestExtraction extraction(limits, std::max<std::size_t>(html.size(), 1u << 20));
    svg ? open_svg(part, extraction) : open_html(part, extraction);
    OpenedPage out;
    for (const model::Finding& finding : extraction.findings().all())
        out.findings.push_back(finding.id);
    std::ranges::sort(out.findings);
    out.findings.erase(std::ranges::unique(out.findings).begin(), out.findings.end());
    for (const TestChild& child : extraction.children) {
        out.children.emplace_back(child.text());
        out.specs.push_back(child.spec);
    }
    out.limits = extraction.budget().reached();
    return out;
}

}  // namespace sekisho::scanner::active

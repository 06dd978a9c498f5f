// For tests alone: small PDFs with actions, inert in content, and what comes of opening them.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "model/finding.h"
#include "scanner/active/pdf_actions.h"
#include "scanner/active/pdf_testing.h"
#include "scanner/testing.h"

namespace sekisho::scanner::active {

struct ReadPdf {
    explicit ReadPdf(std::string file, model::ScanLimits limits = {})
        : bytes(std::move(file)), extraction(limits, std::max<std::size_t>(bytes.size(), 1u << 20)) {
        const Part part = test_part(base::as_bytes(bytes), "a.pdf");
        open_pdf(part, extraction);
    }
    // "pdf.launch pdf.uri", sorted, each once.
    std::string ids() {
        std::set<std::string> all;
        for (const model::Finding& finding : extraction.findings().all())
            all.insert(finding.id);
        return fmt::format("{}", fmt::join(all, " "));
    }
    double score() {
        double sum = 0;
        std::set<std::string> all;
        for (const model::Finding& finding : extraction.findings().all())
            if (all.insert(finding.id).second) sum += model::find_finding(finding.id)->score;
        return sum;
    }
    std::string child(std::string_view label) {
        for (const TestChild& one : extraction.children)
            if (one.spec.label == label || one.spec.name == label) return std::string(one.text());
        return "(none)";
    }
    std::string bytes;
    TestExtraction extraction;
};

// `catalogue`, `page`: entries of theirs; `more`: objects from number 4 on.
inline std::string pdf(const std::string& catalogue, const std::string& page = {},
                       const std::vector<std::string>& more = {}) {
    std::vector<std::string> bodies{"<< /Type /Catalog /Pages 2 0 R " + catalogue + " >>",
                                    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] " + page + " >>"};
    bodies.insert(bodies.end(), more.begin(), more.end());
    return fixtures::pdf_file(bodies);
}
inline std::string annotation(const std::string& entries) {
    return "/Annots [<< /Type /Annot /Subtype /Link /Rect [10 10 90 30] " + entries + " >>]";
}
inline std::string script(const std::string& text) { return "<< /S /JavaScript /JS (" + text + ") >>"; }
inline std::string attached(const std::string& name) {
    return "/Names << /EmbeddedFiles << /Names [(" + name + ") 4 0 R] >> >>";
}
inline std::vector<std::string> file_objects(const std::string& name, const std::string& content) {
    return {"<< /Type /Filespec /F (" + name + ") /EF << /F 5 0 R >> >>",
            pdf_stream("/Type /EmbeddedFile", content)};
}
inline const std::string button_export = "this.exportDataObject\\({ cName: \"a\", nLaunch: 2 }\\);";

}  // namespace sekisho::scanner::active

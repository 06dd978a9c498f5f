// For the tests of this folder: a workbook stream opened as a scan opens it, and its score.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "scanner/office/xlm/formats.h"
#include "scanner/testing.h"

namespace sekisho::scanner::office::xlm {

// What opening `bytes` gives; `bytes` outlive it.
struct Opened {
    explicit Opened(std::string_view bytes, std::string name = {}) {
        part = test_part(base::as_bytes(bytes), std::move(name));
        for (const Format& format : formats()) {
            if (format.recognise(part.bytes, part.name) == no_match) continue;
            known = true;
            format.open(part, extraction);
            break;
        }
    }
    bool has(std::string_view id) const { return findings().has(id); }
    const Findings& findings() const { return const_cast<TestExtraction&>(extraction).findings(); }  // NOLINT
    std::vector<std::string> ids() const {
        std::vector<std::string> out;
        for (const model::Finding& finding : findings().all())
            out.push_back(finding.id);
        std::ranges::sort(out);
        return out;
    }
    double score() const {
        double sum = 0;
        std::vector<std::string> all = ids();
        all.erase(std::ranges::unique(all).begin(), all.end());
        for (const std::string& id : all) {
            const model::FindingRow* row = model::find_finding(id);
            if (row != nullptr) sum += row->score;
        }
        return sum;
    }
    // Of the child with that label; empty where there is none.
    std::string text(std::string_view label) const {
        for (const TestChild& child : extraction.children) {
            if (child.spec.label == label) return std::string(child.text());
        }
        return {};
    }

    Part part;
    TestExtraction extraction;
    bool known = false;
};

}  // namespace sekisho::scanner::office::xlm

// For the tests of this folder: what is found on one file, and what comes out of it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "model/finding.h"
#include "scanner/active/formats.h"
#include "scanner/testing.h"
#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {

inline const Format* best_format(base::Bytes bytes, std::string_view name) {
    const Format* best = nullptr;
    Confidence most = no_match;
    for (const Format& row : formats()) {
        const Confidence confidence = row.recognise(bytes, name);
        if (confidence > most) {
            most = confidence;
            best = &row;
        }
    }
    return best;
}

// One file, opened and inspected by the row that knows it. Children are not looked at.
struct Opened {
    std::string format;
    std::vector<std::string> ids;  // of findings, sorted, each once
    std::string evidence;          // of all of them, by lines "id: evidence"
    std::vector<std::string> labels;
    std::vector<std::string> texts;
    std::vector<std::string> names;
    double score = 0;

    bool has(std::string_view id) const { return std::ranges::find(ids, id) != ids.end(); }
    std::string child(std::string_view label) const {
        const auto at = std::ranges::find(labels, label);
        return at == labels.end() ? std::string("(none)")
                                  : texts[static_cast<std::size_t>(at - labels.begin())];
    }
};

inline Opened open_file(const std::string& bytes, std::string_view name,
                        std::string_view opened_by = "mime") {
    Opened out;
    const Format* row = best_format(base::as_bytes(bytes), name);
    if (row == nullptr) return out;
    out.format = row->name;
    Part part = test_part(base::as_bytes(bytes), std::string(name));
    part.opened_by = opened_by;
    part.type = row->type;
    TestExtraction extraction;
    if (row->open != nullptr) row->open(part, extraction);
    if (row->inspect != nullptr) row->inspect(part, extraction.findings());
    for (const model::Finding& finding : extraction.findings().all()) {
        out.evidence += finding.id + ": " + finding.evidence + "\n";
        out.ids.push_back(finding.id);
    }
    std::ranges::sort(out.ids);
    const auto twice = std::ranges::unique(out.ids);
    out.ids.erase(twice.begin(), twice.end());
    for (const std::string& id : out.ids) {
        const model::FindingRow* finding = model::find_finding(id);
        out.score += finding != nullptr ? finding->score : 1'000;
    }
    for (const TestChild& child : extraction.children) {
        out.labels.push_back(child.spec.label);
        out.names.push_back(child.spec.name);
        out.texts.emplace_back(child.text());
    }
    return out;
}

// Cut off at each byte, and damaged in many ways: no more than one child comes out of any.
inline void expect_cuts_and_damage_end(const std::vector<std::pair<std::string, std::string>>& seeds) {
    for (const auto& [bytes, name] : seeds) {
        for (std::size_t size = 0; size <= bytes.size(); ++size)
            EXPECT_LE(open_file(bytes.substr(0, size), name).labels.size(), 1U) << name << " " << size;
        for (std::uint32_t seed = 1; seed <= 300; ++seed)
            EXPECT_LE(open_file(fixtures::mutate(bytes, seed), name).labels.size(), 1U)
                << name << " " << seed;
    }
}

inline std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts)
        out += (out.empty() ? "" : " ") + part;
    return out;
}

}  // namespace sekisho::scanner::active

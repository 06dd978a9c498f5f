// For the tests of this folder: a workbook stream opened as a scan opens it, and its score.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "model/finding.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/formats.h"
#include "scanner/office/xlm/formula.h"
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

// Calls `each` with the place and the tokens of each Formula record of a BIFF8 stream, [MS-XLS] 2.4.127: of
// every sheet, not of macro sheets alone.
template <class Each>
void for_each_formula(std::string_view stream, Each each) {
    RecordReader in(base::as_bytes(stream));
    while (const auto at = in.next()) {
        if (at->type != record::formula || at->data.size() < 22) continue;
        base::Cursor data(at->data);
        const std::uint16_t row = data.u16_le().value_or(0);
        const std::uint16_t column = data.u16_le().value_or(0);
        (void)data.seek(20);
        const std::uint16_t size = data.u16_le().value_or(0);
        Source source;
        source.tokens = base::head(data.rest(), size);
        (void)data.skip(source.tokens.size());
        source.extra = data.rest();
        each(Place{0, row, column}, source);
    }
}

}  // namespace sekisho::scanner::office::xlm

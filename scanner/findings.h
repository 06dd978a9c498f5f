// Where rooms report what they saw.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/finding.h"

namespace sekisho::scanner {

// Collects findings of one scan. Evidence is escaped and cut here, so callers pass what they saw as it is.
// The same id with the same evidence on the same part is kept once; beyond `max` none is kept and full() is
// true.
class Findings {
public:
    explicit Findings(std::uint32_t max) : max_(max) {}

    // `id` must be a row of the findings table, or "yara." and a rule's name; anything else is our bug and
    // asserts.
    void add(std::string_view id, model::PartId part, std::string_view untrusted_evidence = {});

    const std::vector<model::Finding>& all() const { return all_; }
    bool full() const { return full_; }
    bool has(std::string_view id) const;
    std::vector<model::Finding> take() { return std::move(all_); }

private:
    std::vector<model::Finding> all_;
    std::uint32_t max_;
    bool full_ = false;
};

}  // namespace sekisho::scanner

// For tests alone: an Extraction that keeps the children of one part.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scanner/extraction.h"

namespace sekisho::scanner {

struct TestChild {
    ChildSpec spec;
    base::Bytes bytes;
    StoragePtr storage;
    bool skipped = false;
    bool truncated = false;
    std::string_view text() const { return base::as_text(bytes); }
};

// Same budget and findings as in a real scan; children are not scanned further.
class TestExtraction final : public Extraction {
public:
    explicit TestExtraction(model::ScanLimits limits = {}, std::uint64_t input_bytes = 1u << 20)
        : budget_(limits, input_bytes), findings_(limits.max_findings) {}

    Budget& budget() override { return budget_; }
    Findings& findings() override { return findings_; }
    const Passwords& passwords() const override { return passwords_; }
    Passwords& harvest() override { return passwords_; }
    model::MessageFacts& message() override { return message_; }
    bool is_outermost_message() const override { return outermost; }

    bool add_child(ChildSpec spec, base::Bytes bytes, StoragePtr storage = nullptr) override {
        if (!budget_.spend_part(1)) return false;
        children.push_back({std::move(spec), bytes, std::move(storage)});
        return true;
    }
    Output new_output() override { return Output(budget_); }
    bool add_child(ChildSpec spec, Output output) override {
        const bool truncated = output.truncated();
        StoragePtr storage = std::move(output).finish();
        const base::Bytes bytes = storage->bytes();
        if (!add_child(std::move(spec), bytes, std::move(storage))) return false;
        children.back().truncated = truncated;
        return true;
    }
    bool add_skipped(ChildSpec spec) override {
        if (!budget_.spend_part(1)) return false;
        children.push_back({std::move(spec), {}, nullptr, true});
        return true;
    }
    void covers(base::Bytes bytes) override { covered.push_back(bytes); }

    bool outermost = true;

private:
    Budget budget_;  // outlives the children's storages

public:
    std::vector<TestChild> children;
    std::vector<base::Bytes> covered;

private:
    Findings findings_;
    Passwords passwords_;
    model::MessageFacts message_;
};

// A root part over `bytes`, which the caller keeps alive.
inline Part test_part(base::Bytes bytes, std::string name = {}, std::string claimed_type = {}) {
    Part part;
    part.path = "message";
    part.name = std::move(name);
    part.claimed_type = std::move(claimed_type);
    part.opened_by = "input";
    part.bytes = bytes;
    return part;
}

}  // namespace sekisho::scanner

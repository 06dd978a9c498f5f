// Rules over decoded parts, whatever library runs them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/verdict.h"
#include "scanner/findings.h"
#include "scanner/padding.h"

namespace sekisho::scanner {

// What a rule may ask beside the bytes (external variables).
struct RuleFacts {
    std::string filename;   // of the part
    std::string filepath;   // the part's path in the tree
    std::string extension;  // with the dot, as public rule sets expect
    std::string filetype;   // short upper-case word: "PDF", "DOC", "EXE", ...
    std::string owner;      // as public sets use it; always empty here
    std::string mime_type;
    std::string part_kind;  // Part::opened_by
    std::int64_t depth = 0;
    std::string container;  // type of the parent
    std::string direction;
    bool encrypted = false;
    bool raw = false;  // the bytes are the undecoded message: only rules with `raw = true` count
};

// One compiled rule set. Its own methods are called from one thread.
class Engine {
public:
    virtual ~Engine() = default;
    virtual const model::RuleTable& table() const = 0;
    // Adds a "yara.<rule>" finding for each match, `yara.partial` where time or matches ran over.
    // What is left out of a padding is not looked at: a rule that counts matches counts fewer.
    virtual void scan(const Stretches& bytes, const RuleFacts& facts, model::PartId part,
                      std::chrono::milliseconds time_left, Findings& findings) = 0;
};

}  // namespace sekisho::scanner

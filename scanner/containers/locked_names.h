// What a locked archive shows without its key: the names of its members, as findings.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner::containers {

class LockedNames {
public:
    // `raw_name`: the path as the archive has it; directories are not told.
    void add_file(std::string_view raw_name, bool locked);
    void note_unopened(std::size_t members = 1) { unopened_ += members; }
    void note_unlocked(std::size_t members = 1) { unlocked_ += members; }
    // The names themselves are encrypted. `opened`: and were read all the same.
    void note_hidden(bool opened = false) {
        hidden_ = true;
        if (!opened) hidden_unopened_ = true;
    }
    bool any_unopened() const { return unopened_ > 0 || hidden_unopened_; }

    // archive.encrypted and what follows from the names; archive.encrypted.unopened once per archive.
    // `tried`: how many passwords were, for its evidence; may be empty.
    void report(Findings& findings, PartId part, std::string_view tried = {}) const;

private:
    std::size_t files_ = 0;
    std::size_t locked_ = 0;
    std::size_t unopened_ = 0;
    std::size_t unlocked_ = 0;
    bool hidden_ = false;
    bool hidden_unopened_ = false;
    std::string executable_;  // the first dangerous name
    std::string document_;    // the first that can carry macros
};

}  // namespace sekisho::scanner::containers

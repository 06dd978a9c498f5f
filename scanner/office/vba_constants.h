// Constants that one module of a VBA project declares for all of them, [MS-VBAL] 5.2.3.3: what droppers write
// in one module to use it in another.
//
// Known weaknesses: of several constants in one declaration the first one's name counts; a declaration that
// is continued on a second line is not taken; variables that another module fills are not followed.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace sekisho::scanner::office {

class PublicConstants {
public:
    static constexpr std::size_t most = 2'000;           // constants of a project; further ones are left out
    static constexpr std::size_t most_bytes = 1U << 20;  // of their declarations together
    static constexpr std::size_t most_bytes_out = 64U << 10;  // of what used_by() gives

    // Takes the public constants of the module number `module`. Linear in the source.
    void gather(std::string_view source, std::size_t module);
    // The declarations of other modules whose names stand in this one, a line each. Linear in the source.
    std::string used_by(std::string_view source, std::size_t module);
    // Some were left out.
    bool full() const { return full_; }

private:
    struct Declaration {
        std::string line;
        std::size_t module = 0;
    };
    std::map<std::string, Declaration, std::less<>> by_name_;  // lower case
    std::size_t bytes_ = 0;
    bool full_ = false;
};

}  // namespace sekisho::scanner::office

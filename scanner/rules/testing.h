// For the tests of the rules room.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sekisho::scanner::rules {

// A directory of rule files that goes away with the test.
class RuleDir {
public:
    RuleDir() {
        std::string pattern = std::filesystem::temp_directory_path() / "sekisho-rules-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    ~RuleDir() { std::filesystem::remove_all(path_); }
    RuleDir(const RuleDir&) = delete;
    RuleDir& operator=(const RuleDir&) = delete;
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
    }
    std::vector<std::string> list() const { return {path_}; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace sekisho::scanner::rules

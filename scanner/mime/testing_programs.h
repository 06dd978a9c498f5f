// For tests alone: a folder for other people's programs to work in.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace sekisho::scanner::mime {

// Removed at the end.
class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "sekisho-test-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        path_ = name;
    }
    ~Scratch() { std::filesystem::remove_all(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void write(const std::string& name, std::string_view bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }
    std::string read(const std::string& name) const {
        std::ifstream in(path_ / name, std::ios::binary);
        EXPECT_TRUE(in) << name;
        return {std::istreambuf_iterator<char>(in), {}};
    }
    // A shell line of ours; a failure fails the test.
    void run(const std::string& command) const {
        const std::string line = "cd '" + path_.string() + "' && (" + command + ") 2>err.txt";
        EXPECT_EQ(std::system(line.c_str()), 0) << command << "\n" << read("err.txt");
    }

private:
    std::filesystem::path path_;
};

}  // namespace sekisho::scanner::mime

// For tests alone: small PDFs made by code, locked by the program qpdf, and opened as a scan does it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanner/testing.h"
#include "tests/fixtures/pdf_writer.h"

namespace sekisho::scanner::active {

// A body of a stream object.
std::string pdf_stream(const std::string& entries, const std::string& data);

// Two pages, a title, XMP metadata, a script that runs when it is opened, and an attached file.
std::string sample_pdf();
// What stands in the sample and must stand in its decrypted copy: strings and streams.
std::vector<std::string_view> sample_pieces();

std::string_view sample_attachment();

// The sample as the program locks it. `lock`: of --encrypt, behind the passwords; `more`: ahead of it.
std::string locked_with(const std::string& user, const std::string& owner, const std::string& lock,
                        const std::string& more = {});
// Without encryption and in one order, by the program: equal for files that hold the same.
std::string rewritten(std::string_view file, const std::string& password = {});

// Passwords enough for a test, and no counting of numbers.
model::ScanLimits few_tries();

// Opened with the row of the table that knows it.
struct OpenedPdf {
    explicit OpenedPdf(std::string file, const std::string& password = {},
                       model::ScanLimits limits = few_tries());
    bool has(std::string_view id) { return extraction.findings().has(id); }
    const TestChild* decrypted() const;
    std::string told();

    std::string bytes;  // children may be views into it
    TestExtraction extraction;
    bool locked = false;
};

}  // namespace sekisho::scanner::active

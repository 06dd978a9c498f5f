// For the tests of 7z: archives by code, and what comes out of any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanner/containers/crc32.h"
#include "scanner/containers/seven_zip_open.h"
#include "scanner/testing.h"

namespace sekisho::scanner::containers {

// A signature header whose own checksum holds.
inline std::string start_header(std::uint64_t offset, std::uint64_t size, std::uint32_t crc) {
    const auto put = [](std::string& out, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            out.push_back(static_cast<char>(value >> (8 * i)));
    };
    std::string place;
    put(place, offset, 8);
    put(place, size, 8);
    put(place, crc, 4);
    std::string out = std::string("7z\xBC\xAF\x27\x1C\x00\x04", 8);
    put(out, crc32_of(base::as_bytes(place)), 4);
    return out + place;
}

// Packed streams, then the header.
inline std::string archive_of(const std::string& packed, const std::string& header) {
    return start_header(packed.size(), header.size(), crc32_of(base::as_bytes(header))) + packed + header;
}

// An archive opened with candidates for its password.
struct Opened {
    std::string archive;  // children may be views into it
    TestExtraction extraction;
    Part part;

    explicit Opened(std::string bytes, const std::vector<std::string>& passwords = {})
        : archive(std::move(bytes)) {
        for (const std::string& password : passwords)
            extraction.harvest().add({password, PasswordSource::keyword, "en"});
        part = test_part(base::as_bytes(archive), "a.7z");
        (void)turn_of_seven_zip(part);
        open_seven_zip(part, extraction);
    }
    bool is_told() {
        return !extraction.budget().reached().empty() ||
               std::ranges::any_of(extraction.findings().all(), [](const model::Finding& finding) {
                   return model::find_finding(finding.id)->incomplete;
               });
    }
    std::string evidence(std::string_view id) {
        const auto& all = extraction.findings().all();
        const auto at = std::ranges::find(all, id, &model::Finding::id);
        return at == all.end() ? "(none)" : at->evidence;
    }
};

}  // namespace sekisho::scanner::containers

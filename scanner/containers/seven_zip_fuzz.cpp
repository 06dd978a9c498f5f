#include <algorithm>
#include <span>
#include <string>

#include "scanner/containers/crc32.h"
#include "scanner/containers/seven_zip_archive.h"
#include "scanner/containers/seven_zip_open.h"
#include "scanner/testing.h"

using namespace sekisho;

namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

// An archive whose start header is right, so that what is behind it is looked at: two bytes of the header's
// size, the header, the packed streams.
std::string archive_of(base::Bytes bytes) {
    const auto size = std::min<std::size_t>(
        std::to_integer<std::size_t>(bytes[0]) + 256 * std::to_integer<std::size_t>(bytes[1]),
        bytes.size() - 2);
    const base::Bytes header = bytes.subspan(2, size);
    const base::Bytes packed = bytes.subspan(2 + size);
    std::string place;
    put(place, packed.size(), 8);
    put(place, header.size(), 8);
    put(place, scanner::containers::crc32_of(header), 4);
    std::string out("7z\xBC\xAF\x27\x1C\x00\x04", 8);
    put(out, scanner::containers::crc32_of(base::as_bytes(place)), 4);
    return out + place + std::string(base::as_text(packed)) + std::string(base::as_text(header));
}

// A report without a complaint means that each member is a child, whole and with the checksum that was said.
bool keeps_its_word(base::Bytes bytes, scanner::TestExtraction& extraction) {
    if (!extraction.findings().all().empty() || !extraction.budget().reached().empty()) return true;
    scanner::Budget budget({}, bytes.size());
    const auto archive = scanner::containers::read_seven_zip(bytes, nullptr, budget);
    return archive && std::ranges::all_of(archive->header.streams.members, [&](const auto& member) {
               return std::ranges::any_of(extraction.children, [&](const scanner::TestChild& child) {
                   return !child.skipped && child.bytes.size() == member.size &&
                          (!member.crc || scanner::containers::crc32_of(child.bytes) == *member.crc);
               });
           });
}

}  // namespace

extern "C" const char* __asan_default_options();  // NOLINT
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// libarchive asks malloc for what a hostile header says and copes with a null.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string archive = archive_of(std::as_bytes(std::span(data, size)));
    const scanner::Part part = scanner::test_part(base::as_bytes(archive), "a.7z");
    // Few tries: key derivation would take nearly all of the time.
    scanner::TestExtraction extraction({.max_password_cost = 1'000}, archive.size());
    extraction.harvest().add({"1234", scanner::PasswordSource::keyword, "en"});
    (void)scanner::containers::turn_of_seven_zip(part);
    scanner::containers::open_seven_zip(part, extraction);
    if (!keeps_its_word(base::as_bytes(archive), extraction)) __builtin_trap();
    return 0;
}

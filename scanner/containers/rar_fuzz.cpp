#include <span>
#include <string>

#include "scanner/containers/rar3_headers.h"
#include "scanner/containers/rar5_headers.h"
#include "scanner/containers/rar_open.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Locked headers with a key that is given; then the whole, with a password and little to spend on it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    if (size < 8) return 0;
    const auto bytes = std::as_bytes(std::span(data, size));
    const bool five = data[6] == 1;
    const sekisho::scanner::unlock::RarKey key{
        std::string(five ? 32 : 16, 'k'), std::string(16, 'v'), {}, {}};
    const containers::RarHeaderKey key_of = [&](const auto&, const auto& holds) {
        return holds(key) ? std::optional(key) : std::nullopt;
    };
    const auto headers =
        five ? containers::read_rar5_headers(bytes, key_of) : containers::read_rar3_headers(bytes, key_of);
    std::size_t packed = 0;
    for (const auto& member : headers.members)
        packed += member.data.size();
    if (packed > size) __builtin_trap();  // two members claim the same bytes

    sekisho::model::ScanLimits limits;
    limits.max_kdf_ms = 1;
    limits.max_password_cost = 2'000;
    limits.max_steps = 50'000'000;
    limits.max_bytes_out = 4u << 20;
    limits.max_resident_bytes = 16u << 20;
    sekisho::scanner::TestExtraction extraction(limits, size);
    extraction.harvest().add({"1234", sekisho::scanner::PasswordSource::keyword, "en"});
    const auto part = sekisho::scanner::test_part(bytes, "a.rar");
    using enum containers::ArchiveKind;
    containers::open_rar(part, extraction, five ? rar5 : rar);
    // Where nothing is told, each child is as long as it says and none was passed over.
    if (!extraction.findings().all().empty() || !extraction.budget().reached().empty()) return 0;
    for (const auto& child : extraction.children) {
        if (child.truncated) __builtin_trap();
    }
    return 0;
}

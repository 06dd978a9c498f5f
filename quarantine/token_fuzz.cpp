// The first line is a token, the rest a message: read, hashed and checked.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "quarantine/content_hash.h"
#include "quarantine/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    static const quarantine::ReleaseKey key =
        quarantine::ReleaseKey::load_or_create(
            (std::filesystem::temp_directory_path() / "sekisho-fuzz.key").string())
            .value();
    const std::string_view text = base::as_text(std::as_bytes(std::span(data, size)));
    const std::size_t end = text.find('\n');
    const base::Bytes message = base::as_bytes(end == text.npos ? "" : text.substr(end + 1));
    const auto fields = quarantine::read_token(text.substr(0, end));
    if (quarantine::verify_token(key, text.substr(0, end), {"a@example.com"}, message, {})) __builtin_trap();
    const std::uint8_t mask = fields ? fields->mask : quarantine::present_fields(message);
    const std::string wire = quarantine::for_the_wire(message, "X-Sekisho-Release");
    if (quarantine::content_hash(message, mask) != quarantine::content_hash(base::as_bytes(wire), mask))
        __builtin_trap();
    return 0;
}

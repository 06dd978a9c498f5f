#include <span>

#include "scanner/containers/zip.h"
#include "scanner/containers/zip_kind.h"
#include "scanner/containers/zip_open.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const auto bytes = std::as_bytes(std::span(data, size));
    const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.zip");
    // Few tries: key derivation would take nearly all of the time.
    sekisho::scanner::TestExtraction extraction({.max_password_cost = 1'000}, size);
    extraction.harvest().add({"1234", sekisho::scanner::PasswordSource::keyword, "en"});
    (void)containers::zip_kind(bytes);
    (void)containers::zip_format.turn(part);
    containers::open_zip(part, extraction);
    return 0;
}

#include <span>

#include "scanner/office/access_database.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace sekisho::scanner;
    const Part part = test_part(std::as_bytes(std::span(data, size)));
    TestExtraction extraction({}, size);
    office::access_database_format.open(part, extraction);
    return 0;
}

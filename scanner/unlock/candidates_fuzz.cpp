#include "base/bytes.h"
#include "scanner/unlock/candidates.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    sekisho::scanner::Passwords out;
    sekisho::scanner::unlock::harvest_text(text, {}, out);
    sekisho::scanner::unlock::harvest_subject(text, out);
    sekisho::scanner::unlock::harvest_file_name(text, out);
    out.set_date(text);
    sekisho::scanner::unlock::harvest_sender(text, out);
    return 0;
}

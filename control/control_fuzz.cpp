// A stream of frames as a peer might send it: headers, requests and answers.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "control/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    std::string_view left = base::as_text(std::as_bytes(std::span(data, size)));
    while (left.size() >= control::frame_header_bytes) {
        const auto header = control::parse_frame_header(left.substr(0, control::frame_header_bytes));
        left.remove_prefix(control::frame_header_bytes);
        if (!header) break;
        const std::string_view body = left.substr(0, header->size);
        if (const auto request = control::parse_request(body)) {
            if (!control::parse_request(control::to_text(*request))) __builtin_trap();
        }
        (void)control::parse_answer(body);
        left.remove_prefix(body.size());
    }
    return 0;
}

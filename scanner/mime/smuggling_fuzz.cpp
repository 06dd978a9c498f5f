// A second mail behind an end of data: what is found lies within the message, in order.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/bytes.h"
#include "scanner/mime/smuggling.h"
#include "scanner/mime/testing_ambiguities.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::mime;
    const std::string_view message = sekisho::base::as_text(std::as_bytes(std::span(data, size)));
    const auto found = find_smuggling(message);
    if (!found) return 0;
    if (found->mail > message.size() || !is_within(found->place, message)) std::abort();
    if (found->place.find('.') == found->place.npos) std::abort();
    if (static_cast<std::size_t>(found->place.data() - message.data()) >= found->mail) std::abort();
    return 0;
}

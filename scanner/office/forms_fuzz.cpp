#include "scanner/office/oforms.h"
#include "scanner/office/vba_forms.h"

// The first two bytes choose a class of control.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner::office;
    const auto bytes = std::as_bytes(std::span(data, size));
    (void)parse_form_layout(bytes);
    (void)text_runs(bytes, "cp932", 1u << 20);
    std::string lines;
    add_frame_lines(lines, "F", sekisho::base::as_text(bytes));
    if (size >= 2)
        (void)parse_form_control(bytes.subspan(2), static_cast<std::uint16_t>(data[0] + 256 * data[1]));
    return 0;
}

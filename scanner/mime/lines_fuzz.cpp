// The quick search for lines and delimiters against a plain loop.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "base/bytes.h"
#include "scanner/mime/dashed_lines.h"
#include "scanner/mime/testing_lines.h"

namespace {

using namespace sekisho::scanner::mime;

void require(bool holds) {
    if (!holds) std::abort();
}

void compare_dashed(std::string_view input, bool strict) {
    std::size_t from = 0;
    while (true) {
        const Line line = find_dashed_line(input, from, strict);
        require(same(line, careful_dashed_line(input, from, strict)));
        if (line.text.empty()) return;
        require(line.next > from);
        from = line.next;
    }
}

void compare_lines(std::string_view input, bool strict) {
    LineReader lines(input, strict);
    for (; !lines.at_end(); lines.next()) {
        require(same(lines.peek(), careful_line(input, lines.offset(), strict)));
        require(lines.peek().next > lines.offset());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t longest = 4'096;  // the plain loops are quadratic
    const std::string_view input =
        sekisho::base::as_text(std::as_bytes(std::span(data, std::min(size, longest))));
    for (const bool strict : {false, true}) {
        compare_dashed(input, strict);
        compare_lines(input, strict);
    }
    const std::string_view boundary = input.substr(0, std::min(input.find_first_of("\r\n"), input.size()));
    require(DashedLines(input).use(boundary) == careful_use(input, boundary));
    return 0;
}

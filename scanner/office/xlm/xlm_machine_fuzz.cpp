#include "base/bytes.h"
#include "base/text.h"
#include "scanner/office/xlm/machine.h"
#include "scanner/office/xlm/tokens.h"

// Lines of text are the formulas of a macro sheet; the whole is one formula as tokens, too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    using namespace sekisho::scanner::office::xlm;
    const base::Bytes bytes = std::as_bytes(std::span(data, size));
    Book book;
    book.dialect = Dialect::text_a1;
    book.sheets.push_back({.name = "M", .macro = true});
    std::uint32_t row = 0;
    for (const std::string_view line : base::split(base::as_text(bytes), '\n'))
        book.add_formula(book.sheets[0], row++, 0, {}, {.text = std::string(line)});
    scanner::Budget budget({}, size);
    Machine machine(book, budget);
    machine.start({0, 0, 0});
    machine.start_rest();
    for (const Dialect dialect : {Dialect::biff5, Dialect::biff8, Dialect::biff12}) {
        book.dialect = dialect;
        (void)formula_text(read_tokens(book, {.tokens = bytes, .extra = bytes}, {0, 1, 1}));
    }
    return 0;
}

#include "base/text.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/sink.h"

namespace sekisho::scanner::mime {

namespace {

int hex_value(char c) {
    if (base::is_digit(c)) return c - '0';
    const char lower = base::ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// One line without its end. True where it ends in a soft break: the line end is not part of the data.
bool decode_line(std::string_view line, Sink& sink, bool& damaged) {
    for (;;) {
        const std::size_t at = line.find('=');
        sink.put(base::as_bytes(line.substr(0, at)));
        if (at == line.npos) return false;
        line.remove_prefix(at + 1);
        if (line.empty()) return true;
        const int high = hex_value(line[0]);
        const int low = line.size() > 1 ? hex_value(line[1]) : -1;
        if (high < 0 || low < 0) {
            damaged = true;
            sink.put(std::byte{'='});
            continue;
        }
        sink.put(static_cast<std::byte>(high * 16 + low));
        line.remove_prefix(2);
    }
}

}  // namespace

Decoded decode_quoted_printable(base::Bytes encoded, Output& output) {
    Sink sink(output);
    bool damaged = false;
    std::string_view rest = base::as_text(encoded);
    while (!rest.empty() && sink.ok()) {
        const std::size_t lf = rest.find('\n');
        const std::string_view whole = rest.substr(0, lf == rest.npos ? lf : lf + 1);
        rest.remove_prefix(whole.size());
        // Blanks before the line end were added on the way (RFC 2045 section 6.7, rule 3).
        std::string_view line = whole;
        while (!line.empty() && base::is_space(line.back()))
            line.remove_suffix(1);
        std::string_view end = whole.substr(line.size());
        while (!end.empty() && base::is_blank(end.front()))
            end.remove_prefix(1);
        if (!decode_line(line, sink, damaged)) sink.put(base::as_bytes(end));
    }
    sink.flush();
    return {.damaged = damaged, .whole = sink.ok()};
}

}  // namespace sekisho::scanner::mime

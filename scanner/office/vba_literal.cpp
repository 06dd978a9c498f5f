#include "scanner/office/vba_literal.h"

#include <algorithm>

namespace sekisho::scanner::office {

std::string vba_literal(std::string_view utf8) {
    std::string out = "\"";
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const char c = utf8[i];
        if (c == '"') {
            out += "\"\"";
        } else if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < utf8.size() && utf8[i + 1] == '\n') ++i;
            out += "\" & vbCrLf & \"";
        } else {
            out.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c);
        }
    }
    out.push_back('"');
    return out;
}

void add_assignment(std::string& out, std::string_view target, std::string_view utf8) {
    if (utf8.empty() || out.size() > max_text_lines) return;
    out += target;
    out += " = ";
    out += vba_literal(utf8);
    out += "\r\n";
}

}  // namespace sekisho::scanner::office

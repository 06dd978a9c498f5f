#include "scanner/office/access_texts.h"

#include <utility>

namespace sekisho::scanner::office {

bool AccessTexts::write(std::string_view utf8) {
    constexpr std::size_t at_once = 64U << 10;
    if (utf8.empty()) return true;
    text_ += utf8;
    text_ += '\t';
    return text_.size() < at_once || flush();
}

void AccessTexts::end_row() {
    if (text_.ends_with('\t')) text_.back() = '\n';
}

bool AccessTexts::flush() {
    const bool room = output_.write(base::as_bytes(text_));
    text_.clear();
    return room;
}

bool AccessTexts::finish() {
    if (!flush()) return false;
    if (output_.size() == 0) return true;
    ChildSpec spec;
    spec.label = "texts";
    spec.name = "texts.txt";
    spec.claimed_type = "text/plain";
    spec.type = "text/plain";
    spec.charset = "utf-8";
    spec.opened_by = "access-texts";
    return extraction_.add_child(std::move(spec), std::move(output_));
}

}  // namespace sekisho::scanner::office

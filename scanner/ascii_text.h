// Text in which ASCII stands as itself, whatever the charset: what markup, links and words are looked for in.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scanner/part.h"

namespace sekisho::scanner {

// The bytes of a text part as they are, or as UTF-8 where they are UTF-16, UTF-7 or ISO-2022. A view of the
// part's bytes or of the object itself, so that both outlive it. Linear.
class AsciiText {
public:
    static constexpr std::size_t max_converted = 32u << 20;  // bytes that are brought to UTF-8, at most

    explicit AsciiText(const Part& part);
    AsciiText(const AsciiText&) = delete;
    AsciiText& operator=(const AsciiText&) = delete;

    std::string_view view() const { return view_; }
    bool whole() const { return whole_; }  // false: the text is longer than is converted

private:
    std::string converted_;
    std::string_view view_;
    bool whole_ = true;
};

}  // namespace sekisho::scanner

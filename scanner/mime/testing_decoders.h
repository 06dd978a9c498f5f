// What the tests of the decoders share.
#pragma once

#include <random>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/mime/decoders.h"
#include "scanner/output.h"

namespace sekisho::scanner::mime {

struct Outcome {
    std::string text;
    Decoded decoded;
};

// Runs `decode(bytes, output)` over a copy of `input` that ASan guards at both ends.
template <class Decode>
Outcome decode_with(std::string_view input, Decode decode) {
    const std::string copy(input);
    Budget budget({}, copy.size());
    Output output(budget);
    const Decoded decoded = decode(base::as_bytes(copy), output);
    return {std::string(base::as_text(output.view())), decoded};
}

inline Outcome in_way(std::string_view input, Base64Way way) {
    return decode_with(input, [way](base::Bytes in, Output& out) { return decode_base64(in, out, way); });
}
inline Outcome in_way(std::string_view input, QpWay way) {
    return decode_with(input,
                       [way](base::Bytes in, Output& out) { return decode_quoted_printable(in, out, way); });
}

inline std::string random_bytes(std::mt19937& random, std::size_t size) {
    std::string out(size, '\0');
    for (char& c : out)
        c = static_cast<char>(random() & 0xFFu);
    return out;
}

// `size` characters of `alphabet`.
inline std::string random_of(std::mt19937& random, std::string_view alphabet, std::size_t size) {
    std::string out(size, '\0');
    for (char& c : out)
        c = alphabet[random() % alphabet.size()];
    return out;
}

// `text`, cut at a random place or with some of its bytes changed.
inline std::string harmed(std::mt19937& random, std::string text) {
    if (text.empty()) return text;
    if (random() % 3 == 0) {
        text.resize(random() % text.size());
        return text;
    }
    for (unsigned n = 1 + random() % 4; n > 0; --n)
        text[random() % text.size()] = static_cast<char>(random() & 0xFFu);
    return text;
}

}  // namespace sekisho::scanner::mime

// A kind of bytes that Sekisho knows: how to recognise it, open it and inspect it. One row per format.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "scanner/extraction.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// 0: no. The highest confidence wins; of equals the earlier row.
using Confidence = int;
constexpr Confidence no_match = 0;
constexpr Confidence weak_match = 30;  // text heuristics
constexpr Confidence good_match = 60;  // a magic number of two bytes, or several weak marks
constexpr Confidence sure_match = 90;  // a long magic number

// When a part is opened, relative to the others that wait.
enum class Turn : std::uint8_t {
    light,   // mail and text: first, since passwords are found there
    heavy,   // containers and documents
    locked,  // needs a password: last, when every text has been read
};

struct Format {
    std::string_view name;  // "zip": in opened_by of children, in docs/formats.md
    std::string_view type;  // MIME type put into Part::type
    // Extensions that go with it, comma-separated, lower case; another one is `type.mismatch`. Empty: any.
    std::string_view extensions;

    // `head`: the whole part (look at what is needed, no more than a few KB unless magic says so).
    Confidence (*recognise)(base::Bytes head, std::string_view name);
    Turn (*turn)(const Part& part) = nullptr;                          // null: Turn::heavy
    void (*open)(const Part& part, Extraction& extraction) = nullptr;  // null: has no children
    void (*inspect)(const Part& part, Findings& findings) = nullptr;   // null: nothing to say
    // True where its decoder goes beyond MIME, base64 and plain text: the worker child ends after such a
    // scan.
    bool risky = true;
};

// How passwords are found in what people wrote. Rows of the unlock room, like a Format's functions.
struct Harvesters {
    void (*text)(std::string_view utf8, std::string_view place, Passwords& out) = nullptr;
    void (*subject)(std::string_view utf8, Passwords& out) = nullptr;
    void (*file_name)(std::string_view utf8, Passwords& out) = nullptr;
    // For locks of other mails.
    bool (*speaks_of_files)(std::string_view utf8) = nullptr;
    void (*keywords)(std::string_view utf8, std::string_view place, Passwords& out) = nullptr;
};

// What the core knows of the rooms. scanner/formats.cpp, which sees them all, hands it in.
struct Rooms {
    std::span<const Format* const> formats;
    Harvesters harvest;
    // Adds files that stand encoded in a text, whatever kind of text it is. Null: nobody looks.
    void (*open_text)(const Part& part, Extraction& extraction) = nullptr;
};
const Rooms& rooms();

}  // namespace sekisho::scanner

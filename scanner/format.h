// A kind of bytes that Sekisho knows: how to recognise it, open it and inspect it. One row per format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
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

// Whether files of other kinds are looked for within a part (embedded.h), and what it means to find one.
enum class Holds : std::uint8_t {
    nothing,       // not looked for: open() sees to all of the bytes
    ordinarily,    // as an installer holds an archive
    suspiciously,  // type.polyglot: nothing honest stands behind a picture
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
    Holds holds = Holds::nothing;
};

// A kind of file that may begin anywhere within another, and how it is found there. One row per kind.
struct EmbeddedKind {
    std::string_view type;          // for reports: what the file is said by its own bytes alone
    std::string_view signature;     // two bytes at least
    std::size_t offset = 0;         // of the signature within the file
    std::size_t within = SIZE_MAX;  // found only where it begins in so many first bytes of a part
    // `tail`: from the file's first byte on. How many bytes the file takes, tail.size() where only its opener
    // can tell; 0 where its header makes no sense, so that chance and text about the format give no file.
    // Looks at a few hundred bytes at most.
    std::size_t (*extent)(base::Bytes tail) = nullptr;
    // For kinds that are known by their end: where the file begins whose signature stands at `at` of `part`,
    // 0 where it does not. Null: `offset` bytes before it.
    std::size_t (*begin)(base::Bytes part, std::size_t at) = nullptr;
};

// A text in UTF-8, and what it is called: "mail text", "text 2", "subject".
struct NamedText {
    std::string_view utf8;
    std::string place;
};

// How passwords are found in what people wrote. Rows of the unlock room, like a Format's functions.
struct Harvesters {
    void (*text)(std::string_view utf8, std::string_view place, Passwords& out) = nullptr;
    void (*subject)(std::string_view utf8, Passwords& out) = nullptr;
    void (*file_name)(std::string_view utf8, Passwords& out) = nullptr;
    void (*sender)(std::string_view from, Passwords& out) = nullptr;  // the From field
    // For locks of other mails: from the texts of a mail that speaks of files.
    void (*for_others)(std::span<const NamedText> texts, Passwords& out) = nullptr;
};

// What the core knows of the rooms. scanner/formats.cpp, which sees them all, hands it in.
struct Rooms {
    std::span<const Format* const> formats;
    Harvesters harvest;
    // Adds files that stand encoded in a text, whatever kind of text it is. Null: nobody looks.
    void (*open_text)(const Part& part, Extraction& extraction) = nullptr;
    std::span<const EmbeddedKind> embedded;
    // Looks at a part as a whole once its own format has opened it: members of a package mean something
    // together. `children` are valid until the first one is added. Never null.
    void (*open_package)(const Part& part, std::span<const Part> children,
                         Extraction& extraction) = [](const Part&, std::span<const Part>, Extraction&) {};
    // Sees each part and looks at those that are text: what stands in texts as such. Null: nobody looks.
    void (*inspect_text)(const Part& part, Findings& findings) = nullptr;
};
const Rooms& rooms();

}  // namespace sekisho::scanner

// What TNEF and Outlook's .msg have in common: the properties of a message ([MS-OXPROPS]), and how those that
// people read become children.
//
// Known weaknesses: of a subject, an address or the transport headers no more than 64 KB are read, of all
// together 1 MB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::mapi {

// Property ids, and the types that the properties read here have ([MS-OXCDATA] 2.11.1).
enum class Id : std::uint16_t {
    subject = 0x0037,
    sent_representing_name = 0x0042,
    sent_representing_address = 0x0065,
    transport_headers = 0x007D,
    sender_name = 0x0C1A,
    sender_address = 0x0C1F,
    body = 0x1000,
    rtf_compressed = 0x1009,
    html = 0x1013,
    display_name = 0x3001,
    attach_data = 0x3701,
    attach_file_name = 0x3704,
    attach_method = 0x3705,
    attach_long_file_name = 0x3707,
    attach_path_name = 0x3708,
    attach_long_path_name = 0x370D,
    attach_mime_tag = 0x370E,
    internet_code_page = 0x3FDE,
    message_code_page = 0x3FFD,
    sender_smtp_address = 0x5D01,
};
enum class Type : std::uint16_t {
    integer32 = 0x0003,
    object = 0x000D,
    string8 = 0x001E,
    unicode = 0x001F,
    binary = 0x0102,
};

struct Property {
    Id id{};
    Type type{};
    base::Bytes value;       // as it stands, whatever the type
    StoragePtr storage;      // keeps it alive where it is no part of the opened bytes
    bool truncated = false;  // the file ends before the value does
};

// Of a string, no more is read.
constexpr std::size_t max_string = 64u << 10;

// UTF-8 of a string property without its terminator, at most 64 KB of it. String8 is read by `code_page`;
// with 0 (unknown) its bytes are given as they are.
std::string text_of(const Property& property, std::uint32_t code_page);

// Collects what people read of one message: addresses, subject and headers become one text, the bodies a part
// each. A value, filled while the container is read.
class MessageTexts {
public:
    // True for what take() keeps, so that a container need not read the others.
    static bool wants(Id id, Type type);
    // False: none of its properties. Those that are given twice are kept twice.
    bool take(Property property);
    void set_code_page(std::uint32_t code_page) { code_page_ = code_page; }
    std::uint32_t code_page() const { return code_page_; }  // 0: unknown

    // Adds the children; where `part` is what is scanned itself, fills in the message's facts. False: the
    // budget is spent.
    bool add_children(const Part& part, Extraction& extraction, std::string_view opened_by) const;

private:
    std::string first(Id id) const;
    std::string header() const;

    std::vector<Property> strings_;
    std::vector<Property> bodies_;
    std::uint32_t code_page_ = 0;
    std::uint32_t html_code_page_ = 0;
};

}  // namespace sekisho::scanner::mapi

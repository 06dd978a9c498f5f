// Mailboxes of address fields (RFC 5322 section 3.4), as leniently as mail clients read them, and names of
// people made comparable.
//
// Known weakness: of a field with several mailboxes the first is read; groups count as a name.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::scanner::mail {

struct Mailbox {
    std::string name;     // decoded to UTF-8, without quotes; hostile
    std::string address;  // local@domain, lower case; empty where there is none
    std::string_view domain() const;
};

// `value`: unfolded, not decoded. Quotes and comments may be broken: Emotet wrote ""Name"" <address>. Linear.
Mailbox first_mailbox(std::string_view value);

// An address where it stands in a text.
struct AddressInText {
    std::size_t begin = 0;  // of its first byte
    std::string address;    // lower case
};
// At most `most`, in order. Linear.
std::vector<AddressInText> addresses_in(std::string_view text, std::size_t most);

// A name as people compare names: width, case, blanks, dots and quotes do not count.
std::string squeezed(std::string_view name);
// The same with its words in alphabetical order: "Yamada, Taro" and "Taro Yamada". Empty for a name of one
// word.
std::string sorted_words(std::string_view name);

}  // namespace sekisho::scanner::mail

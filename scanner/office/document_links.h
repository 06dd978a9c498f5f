// Hyperlinks of documents that do more than show a page or open a file of the house. What web addresses say
// as such is judged with the links of all texts (scanner/text/links.h).
#pragma once

#include <string_view>

namespace sekisho::scanner::office {

// The finding that a hyperlink's target means, empty where it means none. Linear.
//   office.link.command   a shell or script host with what it is to do
//   office.link.program   a program or script on a stranger's file server
//   office.link.protocol  a protocol handler of Windows that no honest document asks for
std::string_view judge_document_link(std::string_view target);

}  // namespace sekisho::scanner::office

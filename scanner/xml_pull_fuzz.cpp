#include "scanner/xml_pull.h"

#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Each token takes something of the text, but for the end tag of an empty element.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using sekisho::scanner::XmlPull;
    const sekisho::scanner::XmlText text(std::as_bytes(std::span(data, size)));
    XmlPull xml(text.view());
    std::size_t tokens = 0;
    for (auto token = xml.next(); token != XmlPull::Token::end; token = xml.next()) {
        if (++tokens > text.view().size() + 1) std::abort();
        if (token == XmlPull::Token::start_tag) (void)xml.attribute("Target");
        if (token == XmlPull::Token::text && xml.text().size() > text.view().size()) std::abort();
    }
    return 0;
}

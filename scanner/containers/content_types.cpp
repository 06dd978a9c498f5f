#include "scanner/containers/content_types.h"

#include <pugixml.hpp>

#include "base/text.h"

namespace sekisho::scanner::containers {

std::string content_types_of(base::Bytes xml) {
    pugi::xml_document document;
    (void)document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_auto);
    std::string out;
    // The root's children alone: Default and Override, under whatever prefix.
    for (const pugi::xml_node& entry : document.document_element().children()) {
        out += base::to_lower(entry.attribute("ContentType").value());
        out += '\n';
    }
    return out;
}

}  // namespace sekisho::scanner::containers

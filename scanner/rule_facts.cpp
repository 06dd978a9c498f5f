#include "scanner/rule_facts.h"

#include <algorithm>

#include "base/text.h"

namespace sekisho::scanner {

RuleFacts facts_of(const Part& part, const Format* format, const std::string& container,
                   model::Direction direction) {
    RuleFacts facts{.filename = part.name,
                    .filepath = part.path,
                    .mime_type = part.type,
                    .part_kind = part.opened_by,
                    .depth = part.depth,
                    .container = container,
                    .direction = std::string(to_string(direction)),
                    .encrypted = part.flags.has(PartFlag::encrypted)};
    const std::string extension = base::extension_of(part.name);
    if (!extension.empty()) facts.extension = "." + extension;
    if (format != nullptr && !format->extensions.empty()) {
        facts.filetype = base::split(format->extensions, ',').front();
        std::ranges::transform(facts.filetype, facts.filetype.begin(),
                               [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    }
    return facts;
}

}  // namespace sekisho::scanner

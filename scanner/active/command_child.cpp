#include "scanner/active/command_child.h"

#include <utility>

namespace sekisho::scanner::active {

void add_command_child(std::string text, std::string_view label, std::string_view opened_by,
                       Extraction& extraction) {
    if (text.empty()) return;
    ChildSpec spec;
    spec.label = label;
    spec.name = std::string(label) + ".txt";
    spec.type = "text/plain";  // a command line is no script that somebody attached
    spec.charset = "utf-8";
    spec.opened_by = opened_by;
    const StoragePtr storage = store_text(std::move(text), extraction.budget());
    if (storage != nullptr) (void)extraction.add_child(std::move(spec), storage->bytes(), storage);
}

}  // namespace sekisho::scanner::active

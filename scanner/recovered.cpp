#include "scanner/recovered.h"

#include <fmt/format.h>

#include <utility>

namespace sekisho::scanner {

bool add_recovered(Extraction& extraction, std::string_view name, std::string text) {
    if (text.empty()) return true;
    StoragePtr storage = store_text(std::move(text), extraction.budget());
    if (storage == nullptr) return false;
    ChildSpec spec;
    spec.label = fmt::format("{}:{}", recovered_kind, name);
    spec.type = "text/plain";
    spec.opened_by = recovered_kind;
    const base::Bytes bytes = storage->bytes();
    return extraction.add_child(std::move(spec), bytes, std::move(storage));
}

}  // namespace sekisho::scanner

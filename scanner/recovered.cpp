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

bool add_recovered(Extraction& extraction, const Part& part, std::string_view name, Recovered recovered) {
    if (!extraction.budget().spend_steps(recovered.steps)) return false;
    if (!add_recovered(extraction, name, std::move(recovered.text))) return false;
    for (std::string& file : recovered.files) {
        extraction.findings().add("fold.payload", part.id, fmt::format("{}: {} bytes", name, file.size()));
        StoragePtr storage = store_text(std::move(file), extraction.budget());
        if (storage == nullptr) return false;
        ChildSpec spec;
        spec.label = fmt::format("decoded:{}", name);
        spec.opened_by = "decoded";
        const base::Bytes bytes = storage->bytes();
        if (!extraction.add_child(std::move(spec), bytes, std::move(storage))) return false;
    }
    return true;
}

}  // namespace sekisho::scanner

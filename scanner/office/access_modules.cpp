#include "scanner/office/access_modules.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "scanner/office/ovba_decompress.h"
#include "scanner/office/vba.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_modules = 512;
constexpr std::size_t max_source = 256u << 10;

}  // namespace

bool CarvedModules::look_at(base::Bytes bytes) {
    Budget& budget = extraction_.budget();
    if (!budget.spend_steps(bytes.size())) return false;
    for (std::size_t at = find_module_source(bytes);
         at != std::string_view::npos && modules_ < max_modules && budget.in_time();
         at = find_module_source(bytes, at + 1)) {
        const base::Bytes container = base::head(bytes.subspan(at), max_source);
        if (!budget.spend_steps(container.size()) || !add(container)) return false;
    }
    if (modules_ == max_modules)
        extraction_.findings().add("office.vba.damaged", part_.id, "too many modules");
    return true;
}

bool CarvedModules::add(base::Bytes container) {
    Budget& budget = extraction_.budget();
    OvbaText text = ovba_decompress(container, max_source, OvbaEnd::at_foreign_header);
    const base::Bytes bytes = base::as_bytes(text.bytes);
    std::string source = base::to_utf8(bytes, base::guess_charset(bytes));
    ChildSpec spec;
    spec.label = fmt::format("vba:carved-{}", ++modules_);
    spec.name = fmt::format("carved-{}.vba", modules_);
    spec.claimed_type = "text/x-vba";
    spec.type = "text/x-vba";
    spec.charset = "utf-8";
    spec.opened_by = "vba";
    if (text.damaged || text.cut) spec.flags.set(PartFlag::damaged);
    if (has_vba_code(source)) {
        ++with_code_;
        if (!budget.spend_steps(8 * source.size())) return false;
        if (!add_recovered(extraction_, part_, spec.name, traits_.read(source, spec.name))) return false;
    }
    const StoragePtr storage = store_text(std::move(source), budget);
    return storage != nullptr && extraction_.add_child(std::move(spec), storage->bytes(), storage);
}

void CarvedModules::report() const {
    Findings& findings = extraction_.findings();
    if (with_code_ > 0) findings.add("office.macro", part_.id, fmt::format("{} modules", with_code_));
    traits_.report(part_.id, findings);
}

}  // namespace sekisho::scanner::office

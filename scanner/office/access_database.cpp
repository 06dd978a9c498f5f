#include "scanner/office/access_database.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/charset.h"
#include "scanner/office/macro_findings.h"
#include "scanner/office/ovba_decompress.h"
#include "scanner/office/vba.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_modules = 512;
constexpr std::size_t max_source = 256u << 10;

Confidence recognise(base::Bytes head, std::string_view /*name*/) {
    constexpr std::string_view begin("\x00\x01\x00\x00Standard ", 13);
    const std::string_view text = base::as_text(base::head(head, 32));
    if (!text.starts_with(begin)) return no_match;
    const std::string_view engine = text.substr(begin.size());
    return engine.starts_with("Jet DB") || engine.starts_with("ACE DB") ? sure_match : no_match;
}

void open(const Part& part, Extraction& extraction) {
    extraction.findings().add("office.access.unread", part.id, part.name);
    Budget& budget = extraction.budget();
    if (!budget.spend_steps(part.bytes.size())) return;
    MacroTraits traits;
    std::size_t modules = 0;
    std::size_t with_code = 0;
    std::size_t at = find_module_source(part.bytes);
    while (at != std::string_view::npos && modules < max_modules && budget.in_time()) {
        const base::Bytes container = base::head(part.bytes.subspan(at), max_source);
        at = find_module_source(part.bytes, at + 1);
        if (!budget.spend_steps(container.size())) break;
        OvbaText text = ovba_decompress(container, max_source, OvbaEnd::at_foreign_header);
        const base::Bytes bytes = base::as_bytes(text.bytes);
        std::string source = base::to_utf8(bytes, base::guess_charset(bytes));
        ChildSpec spec;
        spec.label = fmt::format("vba:carved-{}", ++modules);
        spec.name = fmt::format("carved-{}.vba", modules);
        spec.claimed_type = "text/x-vba";
        spec.type = "text/x-vba";
        spec.charset = "utf-8";
        spec.opened_by = "vba";
        if (text.damaged || text.cut) spec.flags.set(PartFlag::damaged);
        if (has_vba_code(source)) {
            ++with_code;
            if (!budget.spend_steps(8 * source.size())) break;
            if (!add_recovered(extraction, part, spec.name, traits.read(source, spec.name))) break;
        }
        const StoragePtr storage = store_text(std::move(source), budget);
        if (storage == nullptr || !extraction.add_child(std::move(spec), storage->bytes(), storage)) break;
    }
    if (with_code > 0)
        extraction.findings().add("office.macro", part.id, fmt::format("{} modules", with_code));
    traits.report(part.id, extraction.findings());
}

}  // namespace

const Format access_database_format{.name = "access-database",
                                    .type = "application/x-msaccess",
                                    .extensions = "mdb,accdb,accde,mde,accda,mda,accdt,mdw",
                                    .recognise = recognise,
                                    .open = open,
                                    .holds = Holds::suspiciously};

}  // namespace sekisho::scanner::office

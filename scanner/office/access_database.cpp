#include "scanner/office/access_database.h"

#include <span>
#include <string_view>
#include <utility>

#include "scanner/office/access_lock.h"
#include "scanner/office/access_modules.h"
#include "scanner/office/access_pages.h"
#include "scanner/office/access_reader.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::office {

namespace {

Confidence recognise(base::Bytes head, std::string_view /*name*/) {
    return AccessPages::has_magic(head) ? sure_match : no_match;
}

// What is left where there are no pages to be read: sources of modules by their signature.
void carve(const Part& part, Extraction& extraction, std::string_view why) {
    extraction.findings().add("office.access.partly", part.id, why);
    CarvedModules modules(part, extraction);
    if (!modules.look_at(part.bytes)) return;
    modules.report();
}

// Jet's own way: RC4 with the number of the page as its key, which hides nothing from anybody.
bool decode_page(std::uint32_t number, base::Bytes in, std::span<std::byte> out) {
    unlock::Rc4(unlock::number_bytes(number)).apply(in, out);
    return true;
}

void open_encoded(const Part& part, const AccessPages& pages, Extraction& extraction) {
    if (!pages.encryption_info().empty()) {
        extraction.covers(part.bytes);
        return open_access_lock(part, pages, extraction);
    }
    if (!pages.decodes(decode_page)) return carve(part, extraction, "encoded with an unknown key");
    extraction.covers(part.bytes.first(pages.count() * pages.page_size()));
    ChildSpec spec;
    spec.label = "decoded";
    spec.name = part.name;
    spec.opened_by = "access-decoded";
    Output output = extraction.new_output();
    if (pages.decode(decode_page, extraction.budget(), output))
        (void)extraction.add_child(std::move(spec), std::move(output));
}

void open(const Part& part, Extraction& extraction) {
    const auto pages = AccessPages::open(part.bytes);
    if (!pages) return carve(part, extraction, pages.error().message);
    if (pages->key() != 0) return open_encoded(part, *pages, extraction);
    read_access(part, *pages, extraction);
}

Turn turn_of(const Part& part) {
    const auto pages = AccessPages::open(part.bytes);
    return pages && !pages->encryption_info().empty() ? Turn::locked : Turn::heavy;
}

}  // namespace

const Format access_database_format{.name = "access-database",
                                    .type = "application/x-msaccess",
                                    .extensions = "mdb,accdb,accde,mde,accda,mda,accdt,mdw",
                                    .recognise = recognise,
                                    .turn = turn_of,
                                    .open = open,
                                    .holds = Holds::suspiciously};

}  // namespace sekisho::scanner::office

#include "scanner/office/access_database.h"

#include <string_view>
#include <utility>

#include "scanner/office/access_modules.h"
#include "scanner/office/access_pages.h"
#include "scanner/office/access_reader.h"

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

void open_encoded(const Part& part, const AccessPages& pages, Extraction& extraction) {
    if (pages.is_locked()) {
        extraction.covers(part.bytes);
        extraction.findings().add("document.encrypted.unopened", part.id, "Access database");
        ChildSpec spec;
        spec.label = "encrypted";
        spec.name = part.name;
        spec.opened_by = "office-encrypted";
        spec.flags.set(PartFlag::encrypted);
        (void)extraction.add_skipped(std::move(spec));
        return;
    }
    if (!pages.key_fits()) return carve(part, extraction, "encoded with an unknown key");
    extraction.covers(part.bytes.first(pages.count() * pages.page_size()));
    ChildSpec spec;
    spec.label = "decoded";
    spec.name = part.name;
    spec.opened_by = "access-decoded";
    Output output = extraction.new_output();
    if (pages.decode(extraction.budget(), output))
        (void)extraction.add_child(std::move(spec), std::move(output));
}

void open(const Part& part, Extraction& extraction) {
    const auto pages = AccessPages::open(part.bytes);
    if (!pages) return carve(part, extraction, pages.error().message);
    if (pages->key() != 0) return open_encoded(part, *pages, extraction);
    read_access(part, *pages, extraction);
}

}  // namespace

const Format access_database_format{.name = "access-database",
                                    .type = "application/x-msaccess",
                                    .extensions = "mdb,accdb,accde,mde,accda,mda,accdt,mdw",
                                    .recognise = recognise,
                                    .open = open,
                                    .holds = Holds::suspiciously};

}  // namespace sekisho::scanner::office

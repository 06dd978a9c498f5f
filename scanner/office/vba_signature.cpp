#include "scanner/office/vba_signature.h"

#include <string_view>

#include "base/text.h"

namespace sekisho::scanner::office {

namespace {

// DigSigInfoSerialized has PKCS#7 SignedData in it, a few fields behind its beginning.
Confidence recognise(base::Bytes head, std::string_view name) {
    constexpr std::string_view signed_data = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
    constexpr std::size_t within = 256;
    if (base::find_ignoring_case(name, "vbaProjectSignature") == std::string_view::npos) return no_match;
    const bool found = base::as_text(base::head(head, within)).find(signed_data) != std::string_view::npos;
    return found ? sure_match : no_match;
}

void inspect(const Part& part, Findings& findings) { findings.add("office.vba.signed", part.id, part.name); }

}  // namespace

const Format vba_signature_format{.name = "vba-signature",
                                  .type = "application/vnd.ms-office.vbaprojectsignature",
                                  .extensions = "",
                                  .recognise = recognise,
                                  .inspect = inspect,
                                  .risky = false};

}  // namespace sekisho::scanner::office

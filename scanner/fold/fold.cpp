#include "scanner/fold/fold.h"

#include "scanner/fold/languages.h"
#include "scanner/fold/output.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

FoldResult fold(std::string_view source, Language language, const FoldLimits& limits) {
    const std::string_view read = source.substr(0, limits.max_source_bytes);
    Allowance allowance(8 * read.size() + limits.max_steps);
    Output output(source, limits, allowance);
    switch (language) {
        case Language::vba:
            fold_vba(read, limits, allowance, output);
            break;
        case Language::jscript:
            fold_jscript(read, limits, allowance, output);
            break;
        case Language::powershell:
            fold_powershell(read, limits, allowance, output);
            break;
        case Language::batch:
            fold_batch(read, limits, allowance, output);
            break;
    }
    FoldResult result = output.finish();
    result.incomplete = result.incomplete || read.size() < source.size();
    return result;
}

std::string recovered_text(const FoldResult& result) {
    if (result.recovered.empty()) return {};
    std::string text = result.text;
    for (const Folded& folded : result.recovered)
        if (!folded.placed) text.append("\n").append(folded.text);
    return text;
}

}  // namespace sekisho::scanner::fold

#include "scanner/active/pdf_contents.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/pdf_walk.h"

namespace sekisho::scanner::active {

namespace {

// "12 0" of "12 0 obj << /Type /Catalog": the last catalogue that stands in the file in plain.
std::optional<std::string> find_catalogue(std::string_view file) {
    constexpr std::size_t look_back = 4'096;
    const std::size_t name = file.rfind("/Catalog");
    if (name == file.npos) return std::nullopt;
    const std::size_t from = name - std::min(name, look_back);
    const std::string_view before = file.substr(from, name - from);
    const std::size_t keyword = before.rfind("obj");
    if (keyword == before.npos) return std::nullopt;
    const auto is_number_or_blank = [](char c) { return base::is_digit(c) || base::is_space(c); };
    std::size_t begin = keyword;
    while (begin > 0 && is_number_or_blank(before[begin - 1]))
        --begin;
    const std::string_view numbers = base::trim(before.substr(begin, keyword - begin));
    // Behind the line that names an object there may be a number of the one before it.
    const std::size_t line = numbers.find_last_of("\r\n");
    const std::string_view last = line == numbers.npos ? numbers : numbers.substr(line + 1);
    constexpr std::size_t longest = 32;
    if (last.size() < 3 || last.size() > longest || last.find(' ') == last.npos) return std::nullopt;
    return std::string(last);
}

// The file with a trailer that names that catalogue.
base::Result<StoragePtr> with_trailer(base::Bytes file, Budget& budget) {
    const auto catalogue = find_catalogue(base::as_text(file));
    if (!catalogue || !budget.spend_steps(file.size()))
        return base::fail(base::Cause::malformed, "neither a trailer nor a catalogue");
    const std::string trailer =
        fmt::format("\ntrailer\n<< /Root {} R /Size 1 >>\nstartxref\n0\n%%EOF\n", *catalogue);
    Output output(budget);
    if (!output.write(file) || !output.write(base::as_bytes(trailer))) return base::fail(base::Cause::limit);
    return std::move(output).finish();
}

// False: no catalogue.
bool walk(QPDF& qpdf, Budget& budget, PdfContents& out) {
    bool has_root = false;
    PdfWalk walk(qpdf, budget, out);
    const auto done = guarded([&] {
        QPDFObjectHandle trailer = qpdf.getTrailer();
        QPDFObjectHandle root =
            trailer.isInitialized() && trailer.isDictionary() ? trailer.getKey("/Root") : QPDFObjectHandle();
        has_root = root.isInitialized() && root.isDictionary();
        if (has_root) walk.walk_from(root);
        if (has_root && out.links > 0) walk.look_at_pages();
    });
    bool stopped = !done && done.error().cause == base::Cause::limit;
    if (!stopped && (!done || qpdf.anyWarnings())) {
        const auto rest = guarded([&] {
            for (QPDFObjectHandle& object : qpdf.getAllObjects())
                walk.walk_from(object);
        });
        stopped = !rest && rest.error().cause == base::Cause::limit;
        if (!rest) out.problem = rest.error().message;
    }
    if (!done && out.problem.empty()) out.problem = done.error().message;
    if (stopped) out.complete = false;
    if (const auto warnings = qpdf.getWarnings(); !warnings.empty())
        out.problem = warnings.front().getMessageDetail();
    return has_root;
}

}  // namespace

base::Result<PdfContents> read_pdf_contents(base::Bytes file, Budget& budget) {
    PdfContents out;
    {
        Document document(file, {}, budget);
        const auto& opened = document.opened();
        if (!opened && opened.error().cause == base::Cause::limit) return std::unexpected(opened.error());
        if (walk(document.qpdf(), budget, out)) return out;
    }
    const StoragePtr repaired = SEKISHO_TRY(with_trailer(file, budget));
    PdfContents again;
    Document document(repaired->bytes(), {}, budget);
    if (!document.opened()) return std::unexpected(document.opened().error());
    if (!walk(document.qpdf(), budget, again)) return base::fail(base::Cause::malformed, "no catalogue");
    if (again.problem.empty()) again.problem = "no trailer";
    return again;
}

}  // namespace sekisho::scanner::active

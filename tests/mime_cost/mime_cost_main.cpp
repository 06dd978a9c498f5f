// Reads messages through the scanner in this process, for cost_test.py, which runs it under callgrind.
// usage: mime-cost [--square] FILE...     --square: costs more than it should, to try the test
// Prints a line for each: how many parts, and which limits were reached.
//
// What libyara and libmagic do is left out: it is bounded by their own limits for each part, it is the same
// for all kinds of messages, and it would be most of the count.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/charset.h"
#include "base/fd.h"
#include "base/text.h"
#include "scanner/format.h"
#include "scanner/scan.h"
#include "scanner/testing_rules.h"

namespace {

using namespace sekisho;

constexpr std::size_t max_file_bytes = 256u << 20;

// A search of the rest at each line, as careless code has it: what the test must not miss.
std::size_t square(std::string_view text) {
    std::size_t found = 0;
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
        found += std::ranges::search(text.substr(at), std::string_view("\xFF"), {}, base::ascii_lower,
                                     base::ascii_lower)
                         .empty()
                     ? 0U
                     : 1U;
    return found;
}

}  // namespace

// callgrind counts what happens within this function, which it finds by its name.
extern "C" [[gnu::noinline]] void mime_cost_measured(base::Bytes message, bool planted,
                                                     model::WorkerReport& report) {
    scanner::NoRules rules;
    model::ScanRequest request;
    request.kind = model::InputKind::message;
    request.limits.max_time = std::chrono::hours(24);  // no outcome is to depend on a clock
    report = scanner::scan(request, message, scanner::rooms(), rules);
    if (planted && square(base::as_text(message)) > 0) report.limits.emplace_back("planted");
}

int main(int argc, char** argv) {
    base::warm_up_charsets();  // not warm_up(): libmagic stays unloaded, and answers without a look
    auto paths = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
    const bool planted = !paths.empty() && std::string_view(paths.front()) == "--square";
    for (const char* path : paths.subspan(planted ? 1 : 0)) {
        const auto message = base::read_file(path, max_file_bytes);
        if (!message) {
            fmt::print(stderr, "mime-cost: {}: {}\n", path, message.error().message);
            return 1;
        }
        model::WorkerReport report;
        mime_cost_measured(base::as_bytes(*message), planted, report);
        fmt::print("{} {}\n", report.parts.size(), fmt::join(report.limits, " "));
    }
    return 0;
}

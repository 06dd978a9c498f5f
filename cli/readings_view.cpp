#include "cli/readings_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/escape.h"
#include "cli/tree.h"

namespace sekisho::cli {

namespace {

// The readings of a whole message, as scanner/mime names them, and what kind of client each stands for.
// Others
// ("encoding base64", "carve") are ways of decoding one part.
struct Column {
    std::string_view reading;
    std::string_view means;
};
constexpr std::array columns{
    Column{"first", "the ordinary reading: RFC 2045 and 2046, the first of two fields"},
    Column{"second", "the second type or boundary that is declared, where there are several"},
    Column{"third", "the third of them"},
    Column{"fourth", "the fourth"},
    Column{"fifth", "the fifth"},
    Column{"sixth", "the sixth"},
    Column{"late fields", "MIME fields behind the blank line belong to the header"},
    Column{"late fields last", "the same, and the last of several fields counts"},
    Column{"early body", "the first line that is no field begins the body"},
    Column{"skipped junk", "lines that are no fields are skipped up to the blank line"},
    Column{"strict lines", "only CRLF or LF ends a line, nothing stands behind a delimiter"},
    Column{"parts", "parts begin wherever part headers stand, whatever declares the boundary"},
};

using Parts = std::vector<const model::PartSummary*>;

bool is_message(const model::PartSummary& part) {
    return part.type == "message/rfc822" || part.type.starts_with("multipart/");
}

bool sees(const model::PartSummary& part, std::string_view reading) {
    return std::ranges::find(part.readings, reading) != part.readings.end();
}

Parts children_of(const model::ScanReport& report, model::PartId parent) {
    Parts out;
    for (const model::PartSummary& part : report.parts) {
        if (part.parent == parent) out.push_back(&part);
    }
    return out;
}

std::string label_of(const model::PartSummary& part) {
    const std::string path = model::printed_path(part.path);
    return base::escape(path.substr(path.rfind('/') + 1), 60);
}

std::vector<Column> columns_of(const Parts& parts) {
    std::vector<Column> out;
    std::ranges::copy_if(columns, std::back_inserter(out), [&](const Column& column) {
        return std::ranges::any_of(parts, [&](const auto* part) { return sees(*part, column.reading); });
    });
    return out;
}

// How one part was decoded that no whole reading shows.
std::string remark_of(const model::PartSummary& part, const std::vector<Column>& shown) {
    std::string out;
    for (const std::string& reading : part.readings) {
        if (std::ranges::find(shown, reading, &Column::reading) == shown.end())
            out += (out.empty() ? "" : ", ") + base::escape(reading, 60);
    }
    if (std::ranges::find(part.flags, "hidden") != part.flags.end())
        out += out.empty() ? "hidden" : " (hidden)";
    return out;
}

std::string table_of(const Parts& parts, const std::vector<Column>& shown) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> head{"", "part", "type", "size"};
    for (const Column& column : shown)
        head.emplace_back(column.reading);
    head.emplace_back("");
    rows.push_back(std::move(head));
    for (const auto* part : parts) {
        std::vector<std::string> row{"", label_of(*part), base::escape(part->type, 60),
                                     print_size(part->size)};
        for (const Column& column : shown)
            row.emplace_back(part->readings.empty() || sees(*part, column.reading) ? "x" : "-");
        row.push_back(remark_of(*part, shown));
        rows.push_back(std::move(row));
    }
    return print_table(rows, {false, false, false, true});
}

std::string findings_of(const model::ScanReport& report, model::PartId part) {
    std::string out;
    for (const model::JudgedFinding& judged : report.findings) {
        if (judged.finding.part != part || !judged.finding.id.starts_with("mime.")) continue;
        out += fmt::format("    {}  {}", base::escape(judged.finding.id), base::escape(judged.title));
        if (!judged.finding.evidence.empty()) out += ": " + judged.finding.evidence;
        out += "\n";
    }
    return out.empty() ? out : "  because of:\n" + out;
}

}  // namespace

std::string print_readings(const model::ScanReport& report) {
    std::string out = fmt::format("{}\n", base::escape(report.file, 1'000));
    for (const model::PartSummary& part : report.parts) {
        if (!is_message(part)) continue;
        const Parts parts = children_of(report, part.id);
        const std::vector<Column> shown = columns_of(parts);
        out += fmt::format("\n{}: {}\n", base::escape(model::printed_path(part.path), 200),
                           shown.empty() ? "every client sees the same parts"
                                         : fmt::format("read in {} ways", shown.size()));
        out += table_of(parts, shown);
        for (const Column& column : shown)
            out += fmt::format("  {}: {}\n", column.reading, column.means);
        out += findings_of(report, part.id);
    }
    return out;
}

}  // namespace sekisho::cli

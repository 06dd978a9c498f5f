#include "cli/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/escape.h"

namespace sekisho::cli {

namespace {

constexpr std::size_t max_shown_depth = 40;  // deeper parts are all drawn at this depth

std::string headline(const model::ScanReport& report) {
    std::string verdict(model::to_string(report.verdict));
    if (!report.unscannable.empty()) {
        std::vector<std::string_view> reasons;
        std::ranges::transform(report.unscannable, std::back_inserter(reasons),
                               [](model::Unscannable reason) { return model::to_string(reason); });
        verdict += report.verdict == model::Verdict::unscannable ? " (" : ", in part unscannable (";
        verdict += fmt::format("{})", fmt::join(reasons, ", "));
    }
    return fmt::format("{}: {}, score {:.1f}{}, {} part{}, {} ms\n", base::escape(report.file, 1'000),
                       verdict, report.score, report.complete ? "" : ", not complete", report.parts.size(),
                       report.parts.size() == 1 ? "" : "s", report.elapsed.count());
}

// The last segment of the path: "2:invoice.zip", "vba:ThisDocument".
std::string label_of(const model::PartSummary& part) {
    constexpr std::size_t longest = 120;
    const std::string path = model::printed_path(part.path);
    std::string label = path.substr(path.rfind('/') + 1);
    if (label.size() <= longest) return label;
    std::size_t cut = longest;
    while (cut > 0 && (static_cast<unsigned char>(label[cut]) & 0xC0u) == 0x80u) {
        --cut;  // not within a character
    }
    return label.substr(0, cut) + "...";
}

std::string line_of(const model::PartSummary& part) {
    std::string facts = part.type.empty() ? "unknown" : base::escape(part.type, 80);
    facts += ", " + print_size(part.size);
    if (part.parent) facts += ", " + base::escape(part.opened_by, 40);
    for (const std::string& flag : part.flags) {
        facts += ", " + base::escape(flag, 40);
    }
    return fmt::format("{}  [{}]", label_of(part), facts);
}

std::string line_of(const model::JudgedFinding& judged) {
    std::string out = fmt::format("! {} {:.1f}  {}", base::escape(judged.finding.id), judged.score,
                                  base::escape(judged.title));
    if (judged.muted) out += " (muted)";
    // Evidence was escaped by whoever made it, and made safe when the report was read.
    if (!judged.finding.evidence.empty()) out += ": " + judged.finding.evidence;
    return out;
}

class Tree {
public:
    explicit Tree(const model::ScanReport& report) : report_(report) {
        children_.resize(report.parts.size());
        findings_.resize(report.parts.size());
        for (const model::PartSummary& part : report.parts) {
            if (part.parent) children_[*part.parent].push_back(part.id);
        }
        for (const model::JudgedFinding& judged : report.findings) {
            if (judged.finding.part < findings_.size()) findings_[judged.finding.part].push_back(&judged);
        }
    }

    // Parents come before children, but not necessarily next to them: a stack of our own, no recursion.
    std::string print() const {
        struct Frame {
            model::PartId part;
            std::string indent;  // of the part's line
            std::string below;   // of what stands below it
            std::size_t depth;
        };
        std::string out;
        std::vector<Frame> stack;
        if (!report_.parts.empty()) stack.push_back({0, "  ", "  ", 0});
        while (!stack.empty()) {
            const Frame frame = std::move(stack.back());
            stack.pop_back();
            out += fmt::format("{}{}\n", frame.indent, line_of(report_.parts[frame.part]));
            const auto& children = children_[frame.part];
            for (const model::JudgedFinding* judged : findings_[frame.part]) {
                out +=
                    fmt::format("{}{}   {}\n", frame.below, children.empty() ? " " : "│", line_of(*judged));
            }
            const bool deep = frame.depth >= max_shown_depth;
            for (std::size_t i = children.size(); i > 0; --i) {
                const bool last = i == children.size();
                const char* branch = last ? "└─ " : "├─ ";
                const char* bar = last ? "   " : "│  ";
                stack.push_back({children[i - 1], frame.below + branch,
                                 deep ? frame.below : frame.below + bar, frame.depth + 1});
            }
        }
        return out;
    }

private:
    const model::ScanReport& report_;
    std::vector<std::vector<model::PartId>> children_;
    std::vector<std::vector<const model::JudgedFinding*>> findings_;
};

}  // namespace

std::string print_size(std::uint64_t bytes) {
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1'024) return fmt::format("{} B", bytes);
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1'024 && unit + 1 < units.size()) {
        value /= 1'024;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string print_tree(const model::ScanReport& report) {
    std::string out = headline(report);
    if (!report.message.subject.empty()) {
        out += fmt::format("  Subject: {}\n", base::escape(report.message.subject, 200));
    }
    if (!report.message.from.empty())
        out += fmt::format("  From: {}\n", base::escape(report.message.from, 200));
    return out + Tree(report).print();
}

std::string print_table(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& right) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) line += "  ";
            const std::string gap(widths[i] - row[i].size(), ' ');
            line += i < right.size() && right[i] ? gap + row[i] : row[i] + gap;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + '\n';
    }
    return out;
}

}  // namespace sekisho::cli

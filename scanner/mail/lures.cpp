#include "scanner/mail/lures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t longest_text = 16u << 10;
constexpr std::size_t longest_pattern = 4u << 10;
constexpr std::size_t most_rows = 2'000;
// Rows that may run into their limit on one text: a text that does that to more is made for it.
constexpr int most_failures = 5;

constexpr std::array kinds{
    LureKind{"attachment", "mail.lure.attachment"},
    LureKind{"delivery", "mail.lure.delivery"},
    LureKind{"enable-content", "mail.lure.enable-content"},
    LureKind{"invoice", "mail.lure.invoice"},
    LureKind{"password", "mail.lure.password"},
    LureKind{"payment-change", "mail.lure.payment-change"},
    LureKind{"scan", "mail.lure.scan"},
    LureKind{"typical-name", "mail.attachment.typical-name"},
    LureKind{"urgency", "mail.lure.urgency"},
};

struct Where {
    std::string_view name;
    LurePlace place;
};
constexpr std::array places{Where{"body", LurePlace::body}, Where{"subject", LurePlace::subject},
                            Where{"name", LurePlace::name}};

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 60 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || base::is_digit(c) || c == '-';
    });
}

// What is wrong with a row; nothing where it is right.
std::optional<std::string> fault_of(const LureRow& row, const std::set<std::string>& ids) {
    if (!is_id(row.id)) return "id: write small letters, digits and '-'";
    if (ids.contains(row.id)) return "another row has this id";
    if (row.pattern.empty()) return "no pattern";
    if (row.pattern.size() > longest_pattern) return "the pattern is longer than 4 KB";
    if (std::ranges::find(kinds, row.suggests, &LureKind::suggests) == kinds.end())
        return fmt::format("suggests: \"{}\" is nothing that words can suggest",
                           base::escape(row.suggests, 60));
    if (std::ranges::find(places, row.where, &Where::name) == places.end())
        return fmt::format("where: write body, subject or name, not \"{}\"", base::escape(row.where, 60));
    return std::nullopt;
}

}  // namespace

std::span<const LureKind> lure_kinds() { return kinds; }

Lures Lures::compile(std::span<const LureRow> rows, std::vector<std::string>& problems) {
    Lures out;
    std::set<std::string> ids;
    const auto skip = [&problems](const LureRow& row, std::string_view why) {
        problems.push_back(fmt::format("{}: lure {}: {}", row.place, base::escape(row.id, 60), why));
    };
    std::array<std::vector<std::string>, 3> patterns;
    for (const LureRow& row : rows) {
        if (ids.size() == most_rows) {
            skip(row, "there are 2000 rows already");
            break;
        }
        if (const auto fault = fault_of(row, ids)) {
            skip(row, *fault);
            continue;
        }
        auto regex = Regex::compile(row.pattern);
        if (!regex) {
            skip(row, regex.error().message);
            continue;
        }
        ids.insert(row.id);
        const auto place =
            static_cast<std::size_t>(std::ranges::find(places, row.where, &Where::name)->place);
        patterns.at(place).push_back(row.pattern);
        out.places_.at(place).rows.push_back(
            {.id = row.id,
             .finding = std::ranges::find(kinds, row.suggests, &LureKind::suggests)->finding,
             .speaks_of_files = row.suggests == "attachment" || row.suggests == "password",
             .regex = std::move(*regex)});
    }
    for (std::size_t place = 0; place < patterns.size(); ++place)
        out.places_.at(place).filter.emplace(patterns.at(place));
    return out;
}

std::size_t Lures::size() const {
    std::size_t out = 0;
    for (const Rows& rows : places_)
        out += rows.rows.size();
    return out;
}

bool Lures::search(std::string_view text, LurePlace place, model::PartId part, Budget& budget,
                   Findings& findings) const {
    text = text.substr(0, longest_text);
    bool speaks_of_files = false;
    int failures = 0;
    if (text.empty()) return false;
    const Rows& rows = places_.at(static_cast<std::size_t>(place));
    if (!rows.filter || !budget.spend_steps(text.size())) return false;
    for (const std::size_t at : rows.filter->possible_in(text)) {
        const Compiled& row = rows.rows[at];
        if (!budget.spend_steps(text.size()) || !budget.in_time()) break;
        std::string reason;
        const Found found = row.regex.search(text, &reason);
        if (found == Found::yes) {
            findings.add(row.finding, part, row.id);
            speaks_of_files = speaks_of_files || row.speaks_of_files;
        } else if (found == Found::failed) {
            findings.add("limit.regex", part, fmt::format("lure {}: {}", row.id, reason));
            if (++failures == most_failures) break;
        }
    }
    return speaks_of_files;
}

}  // namespace sekisho::scanner::mail

#include "scanner/mail/trail.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/domain.h"
#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

// "--" and 34 digits, as Emotet's: the delimiter lines then begin with four dashes. Form data of browsers has
// 27 dashes, old Thunderbird 12 dashes and 24 digits.
bool is_bot_boundary(std::string_view boundary) {
    const std::size_t dashes = std::min(boundary.find_first_not_of('-'), boundary.size());
    const std::string_view digits = boundary.substr(dashes);
    return dashes >= 2 && dashes <= 4 && digits.size() >= 25 && digits.size() <= 40 &&
           std::ranges::all_of(digits, base::is_digit);
}

// The right side of a Message-ID is no name that others could ask for: a loopback address, a name of a home
// network or none at all.
bool is_local_place(std::string_view place) {
    constexpr std::array<std::string_view, 6> tops{".local",    ".lan",  ".localdomain",
                                                   ".internal", ".home", ".workgroup"};
    return place == "localhost" || place.starts_with("127.") || place.find('.') == place.npos ||
           std::ranges::any_of(tops, [&](std::string_view top) { return place.ends_with(top); });
}

void judge_message_id(const MailHeader& header, model::PartId part, Findings& findings) {
    const std::string id = base::to_lower(base::trim(std::string_view(header.message_id)));
    if (id.empty()) {
        findings.add("mail.message-id.absent", part);
        return;
    }
    const std::size_t at = id.rfind('@');
    std::string_view place = at == id.npos ? std::string_view() : std::string_view(id).substr(at + 1);
    place = place.substr(0, place.find_first_of("> \t"));
    if (is_local_place(place)) findings.add("mail.message-id.local", part, header.message_id);
}

void judge_date(const MailHeader& header, std::chrono::sys_days today, model::PartId part,
                Findings& findings) {
    using namespace std::chrono;
    if (!header.date) return;
    const SentDate& date = *header.date;
    const year_month_day day(year(date.year), month(static_cast<unsigned>(date.month)),
                             std::chrono::day(static_cast<unsigned>(date.day)));
    // One day for the zones, and one for clocks.
    if (day.ok() && sys_days(day) > today + days(2))
        findings.add("mail.date.future", part,
                     fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    if (date.zone_minutes && !zone_fits_domain(*date.zone_minutes, header.from.domain())) {
        const int minutes = std::abs(*date.zone_minutes);
        findings.add("mail.date.zone", part,
                     fmt::format("{}{:02}{:02} under {}", *date.zone_minutes < 0 ? '-' : '+', minutes / 60,
                                 minutes % 60, header.from.domain()));
    }
}

}  // namespace

void judge_trail(const MailHeader& header, std::chrono::sys_days today, bool is_own, model::PartId part,
                 Findings& findings) {
    // Scanners and copiers of the house write such boundaries as well.
    if (!is_own && is_bot_boundary(header.boundary))
        findings.add("mail.boundary.digits", part, header.boundary);
    judge_message_id(header, part, findings);
    judge_date(header, today, part, findings);
    // Thunderbird greets with an address as well, and says that it is Thunderbird.
    if (!header.names_program && header.first_received.starts_with("from ["))
        findings.add("mail.received.literal", part, std::string_view(header.first_received).substr(0, 60));
    // A list and a service that sends for others have a path of their own, and say so.
    if (!header.return_path || header.from_list || header.automatic || !header.sender.address.empty()) return;
    const std::string_view path = header.return_path->domain();
    if (!path.empty() && !header.from.domain().empty() &&
        base::organisation_of(path) != base::organisation_of(header.from.domain()))
        findings.add("mail.from.envelope-differs", part,
                     fmt::format("{} came from {}", header.from.address, header.return_path->address));
}

}  // namespace sekisho::scanner::mail

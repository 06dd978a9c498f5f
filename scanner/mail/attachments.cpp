#include "scanner/mail/attachments.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/text.h"
#include "scanner/mail/address.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t most_attachments = 50;
constexpr std::size_t shortest_stem = 5;  // squeezed bytes: "Form", "Info" say nothing

std::string_view stem_of(std::string_view name) {
    name = name.substr(name.find_last_of("/\\") + 1);
    return name.substr(0, name.rfind('.'));
}

// What droppers come in, so that a name may matter.
bool can_drop(std::string_view name) {
    constexpr std::array<std::string_view, 17> extensions{"zip",  "rar", "7z",  "iso",  "img",  "doc",
                                                          "docm", "dot", "xls", "xlsm", "xlsb", "one",
                                                          "lnk",  "js",  "vbs", "wsf",  "xll"};
    const std::string extension = base::extension_of(name);
    return std::ranges::find(extensions, extension) != extensions.end();
}

}  // namespace

bool is_attachment(const model::PartSummary& part, model::PartId mail) {
    // What mail programs attach by themselves: signatures, cards, invitations, logos.
    constexpr std::array<std::string_view, 7> harmless{"text/plain",
                                                       "text/calendar",
                                                       "text/vcard",
                                                       "application/pkcs7-signature",
                                                       "text/x-vcard",
                                                       "application/x-pkcs7-signature",
                                                       "application/pgp-signature"};
    const auto is_type = [&](std::string_view type) {
        return part.type == type || part.claimed_type == type;
    };
    return part.parent == mail && !part.name.empty() && part.opened_by == "mime" &&
           !part.type.starts_with("image/") && std::ranges::none_of(harmless, is_type);
}

void judge_attachments(std::span<const model::PartSummary> parts, const MailHeader& header,
                       model::PartId mail, const Lures& lures, Budget& budget, Findings& findings) {
    struct Members {
        std::size_t count = 0;
        const model::PartSummary* first = nullptr;
    };
    std::map<model::PartId, Members> members;
    std::size_t judged = 0;
    const std::string subject = squeezed(std::string_view(header.subject).substr(0, 500));
    const std::string sender = squeezed(std::string_view(header.from.name).substr(0, 200));
    for (const model::PartSummary& part : parts) {
        if (part.parent && members.contains(*part.parent)) {
            Members& held = members[*part.parent];
            if (held.count++ == 0) held.first = &part;
        }
        if (!is_attachment(part, mail) || judged == most_attachments) continue;
        ++judged;
        members[part.id];
        (void)lures.search(part.name, LurePlace::name, part.id, budget, findings);
        const std::string stem = squeezed(stem_of(part.name));
        if (!can_drop(part.name) || stem.size() < shortest_stem) continue;
        if (subject.find(stem) != subject.npos || sender.find(stem) != sender.npos)
            findings.add("mail.attachment.named-as-mail", part.id, part.name);
    }
    for (const auto& [id, held] : members) {
        if (held.count != 1 || held.first->name.empty() || !can_drop(held.first->name)) continue;
        const std::string inner = squeezed(stem_of(held.first->name));
        if (inner == squeezed(stem_of(parts[id].name)) && held.first->name != parts[id].name)
            findings.add("mail.attachment.inner-name", id, held.first->name);
    }
}

}  // namespace sekisho::scanner::mail

#include "scanner/mail/judge.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/mail/attachments.h"
#include "scanner/mail/authentication.h"
#include "scanner/mail/mail_header.h"
#include "scanner/mail/own_targets.h"
#include "scanner/mail/programs.h"
#include "scanner/mail/text_key.h"
#include "scanner/mail/thread.h"
#include "scanner/mail/trail.h"
#include "scanner/text_of.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t most_bodies = 4;
constexpr std::size_t longest_body = 256u << 10;  // bytes of a body that is read; people write no more

// One text that the mail's reader sees.
struct Body {
    bool html = false;
    std::string text;  // UTF-8
};

std::vector<Body> bodies_of(const MailView& view, Budget& budget) {
    std::vector<Body> out;
    for (const Part& part : view.texts) {
        if (out.size() == most_bodies) break;
        if (part.parent != view.message.id || !part.name.empty() || part.opened_by != "mime") continue;
        Part head = part;
        head.bytes = base::head(part.bytes, longest_body);
        if (!budget.spend_steps(head.bytes.size())) break;
        out.push_back({part.type == "text/html", text_of(head)});
    }
    return out;
}

bool has_link(const Body& body) {
    return base::find_ignoring_case(body.text, "http") != std::string::npos ||
           base::find_ignoring_case(body.text, "www.") != std::string::npos;
}

// Of the first body that says something: the others are the same in another form.
model::TextKey key_of(const std::vector<Body>& bodies) {
    for (const Body& body : bodies)
        if (const model::TextKey key = text_key(split_thread(body.text).fresh); key != 0) return key;
    return 0;
}

// HTML alone hides its links from the text.
bool brings_something(const MailView& view, const std::vector<Body>& bodies) {
    const auto is_file = [&](const model::PartSummary& part) { return is_attachment(part, view.message.id); };
    return std::ranges::any_of(view.parts, is_file) ||
           std::ranges::any_of(bodies, [](const Body& body) { return body.html || has_link(body); });
}

// One mail under judgement.
class Trial {
public:
    Trial(const MailView& view, const MailHeader& header, const Lures& lures, Budget& budget,
          Findings& findings)
        : view_(view), header_(header), lures_(lures), budget_(budget), findings_(findings) {}

    void judge(const std::vector<Body>& bodies) {
        judge_subject();
        bool speaks_of_files = false;
        const bool plain = std::ranges::any_of(bodies, [](const Body& body) { return !body.html; });
        std::size_t lines = 0;
        for (const Body& body : bodies) {
            const Thread thread = split_thread(body.text);
            speaks_of_files =
                lures_.search(thread.fresh, LurePlace::body, view_.message.id, budget_, findings_) ||
                speaks_of_files;
            constexpr std::size_t many = 100;
            if (!plain) lines += lines_of(thread.fresh, many);
            judge_thread(thread);
            judge_addresses(body.text);
        }
        constexpr std::size_t few = 5;  // a line or two, a name and an address
        if (!plain && lines > 0 && lines <= few && speaks_of_files && has_file())
            findings_.add("mail.body.short", view_.message.id, fmt::format("lines: {}", lines));
    }

private:
    bool has_file() const {
        return std::ranges::any_of(view_.parts, [&](const model::PartSummary& part) {
            return is_attachment(part, view_.message.id);
        });
    }

    void judge_subject() {
        (void)lures_.search(header_.subject, LurePlace::subject, view_.message.id, budget_, findings_);
        const SubjectPrefixes prefixes = subject_prefixes(header_.subject);
        // The subject itself is no evidence: people put passwords there.
        if (prefixes.replies >= 2)
            findings_.add("mail.reply.repeated", view_.message.id, fmt::format("{} marks", prefixes.replies));
        // Programs answer as well, and put what they answer into no thread.
        if (header_.in_thread || header_.automatic || header_.from_list) return;
        if (prefixes.replies > 0) {
            findings_.add("mail.reply.no-thread", view_.message.id, "no In-Reply-To, no References");
        } else if (prefixes.forwards > 0) {
            findings_.add("mail.forward.no-thread", view_.message.id, "no In-Reply-To, no References");
        }
    }

    void judge_thread(const Thread& thread) {
        constexpr int old = 3;
        constexpr int months = 12;
        if (!thread.month || !header_.date) return;
        const int age = header_.date->year * months + header_.date->month - *thread.month;
        if (age >= old)
            findings_.add("mail.reply.old-thread", view_.message.id, fmt::format("{} months", age));
    }

    void judge_addresses(std::string_view text) {
        if (header_.from.address.empty() || header_.from_list) return;
        const auto other = other_address_of(header_.from.name, header_.from.address, text);
        if (other && *other != header_.reply_to.address)
            findings_.add("mail.reply.other-address", view_.message.id,
                          fmt::format("{} writes from {}, and has {} in the text", header_.from.name,
                                      header_.from.address, *other));
    }

    const MailView& view_;
    const MailHeader& header_;
    const Lures& lures_;
    Budget& budget_;
    Findings& findings_;
};

}  // namespace

Judge::Judge(const model::MailSettings& settings, Lures lures, std::function<std::chrono::sys_days()> today)
    : settings_(settings), known_(settings), lures_(std::move(lures)), today_(std::move(today)) {}

model::TextKey Judge::judge(const MailView& view, Budget& budget, Findings& findings) const {
    const model::PartId mail = view.message.id;
    const MailHeader header = read_mail_header(view.message.bytes);
    judge_sender(header, known_, mail, findings);
    judge_programs(view.parts, findings);
    judge_authentication(header.authentication_results, settings_.authserv_ids, mail, findings);
    const std::vector<Body> bodies = bodies_of(view, budget);
    const model::TextKey key = key_of(bodies);
    if (!brings_something(view, bodies)) return key;
    judge_trail(header, today_(), known_.is_own(header.from.domain()), mail, findings);
    Trial(view, header, lures_, budget, findings).judge(bodies);
    judge_attachments(view.parts, header, mail, lures_, budget, findings);
    return key;
}

void Judge::settle(std::vector<model::Finding>& findings) const {
    settle_own_targets(settings_.own_domains, findings);
}

}  // namespace sekisho::scanner::mail

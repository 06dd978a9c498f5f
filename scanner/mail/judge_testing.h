// For the tests of this room: whole mails through scan(), with a judge and few formats.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/mail/judge.h"
#include "scanner/mime/formats.h"
#include "scanner/scan.h"
#include "scanner/testing_rules.h"
#include "tests/fixtures/mail.h"

namespace sekisho::scanner::mail {

inline constexpr std::chrono::sys_days today = std::chrono::year(2026) / 3 / 4;

// Texts, by what stands in them; the rooms that know them are not linked here.
inline Confidence is_page(base::Bytes head, std::string_view) {
    return base::as_text(head).find("<html") != std::string_view::npos ? good_match : no_match;
}
inline Confidence is_words(base::Bytes head, std::string_view name) {
    return !head.empty() && (name.empty() || name.ends_with(".txt")) ? weak_match : no_match;
}
inline constexpr Format page{.name = "html", .type = "text/html", .extensions = "", .recognise = is_page};
inline constexpr Format words{.name = "text", .type = "text/plain", .extensions = "", .recognise = is_words};

inline const std::vector<LureRow>& rows() {
    static const std::vector<LureRow> all = [] {
        const auto row = [](const char* id, const char* suggests, const char* where, const char* pattern) {
            return LureRow{.place = "test:1",
                           .id = id,
                           .language = "en",
                           .suggests = suggests,
                           .where = where,
                           .pattern = pattern,
                           .test = {},
                           .others = {}};
        };
        return std::vector<LureRow>{row("see-attached", "attachment", "body", "see the attached|添付"),
                                    row("mes-number", "typical-name", "name", "^Mes_[A-Z]\\d{5,}\\.doc$")};
    }();
    return all;
}

inline model::MailSettings settings() {
    return {.own_domains = {"example.net", ".example.co.jp"},
            .known_senders = {"Known Partner <example.org>", "社長 太郎 <taro@example.co.jp>"},
            .authserv_ids = {"mx.example.net"}};
}

inline model::WorkerReport scan_mail(std::string_view mail, const model::ScanLimits& limits = {}) {
    static const std::array<const Format*, 4> formats{&mime::message_format, &mime::multipart_format, &page,
                                                      &words};
    std::vector<std::string> problems;
    const Judge judge(settings(), Lures::compile(rows(), problems), [] { return today; });
    NoRules rules;
    const Rooms rooms{.formats = formats, .harvest = {}};
    const model::ScanRequest request{.limits = limits};
    return scan(request, base::as_bytes(mail), rooms, rules, nullptr, nullptr, {}, &judge);
}

inline std::vector<std::string> facts_of(const model::WorkerReport& report) {
    std::vector<std::string> out;
    for (const model::Finding& finding : report.findings) {
        if (finding.id.starts_with("mail.")) out.push_back(finding.id);
    }
    return out;
}
inline std::vector<std::string> facts_of(std::string_view mail) { return facts_of(scan_mail(mail)); }

inline std::string zip() { return std::string("PK\x03\x04", 4) + std::string(40, '\0'); }

// A business mail with an attachment about which there is nothing to say.
inline fixtures::Mail honest() {
    fixtures::Mail mail;
    mail.from = "Ann Example <ann@example.org>";
    mail.headers = {"Message-ID: <1@mail.example.org>", "X-Mailer: Example 1.0"};
    mail.parts = {{.bytes = "Hello Bob,\r\nhere are the numbers.\r\nAnn\r\n"},
                  fixtures::attachment("numbers.zip", zip())};
    return mail;
}

}  // namespace sekisho::scanner::mail

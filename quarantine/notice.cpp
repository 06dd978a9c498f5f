#include "quarantine/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "quarantine/automatic_mail.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::size_t max_value = 120;
constexpr std::size_t max_named_recipients = 10;

// The words of one language. {} in `subject` is the number of mails.
struct Words {
    std::string_view subject, intro, advice, id, from, title, to, received, reason, done, more;
    std::string_view suspicious, malicious, locked, unreadable, policy;
    std::string_view kept, held, discarded, refused, passed;
};

constexpr Words english{
    .subject = "Mail held back ({})",
    .intro = "The mail filter at {} has stopped the mail listed below.",
    .advice =
        "If you expect it, tell your postmaster the id: mail that is kept can still be delivered.\n"
        "Do not do what a mail asks of you only because it came through in another way.",
    .id = "Id",
    .from = "From",
    .title = "Subject",
    .to = "To",
    .received = "Received",
    .reason = "Reason",
    .done = "Now",
    .more = "... and {} more.",
    .suspicious = "it looks suspicious",
    .malicious = "it holds harmful content",
    .locked = "it is locked with a password that was not found",
    .unreadable = "it could not be examined whole",
    .policy = "a rule of this site",
    .kept = "kept in quarantine",
    .held = "held in the queue of the mail server",
    .discarded = "discarded",
    .refused = "refused, the sender was told",
    .passed = "delivered",
};

constexpr Words japanese{
    .subject = "保留されたメール ({})",
    .intro = "{} のメールフィルターが、次のメールを止めました。",
    .advice =
        "心当たりのあるメールでしたら、ID "
        "をメール管理者にお知らせください。保管中のメールは後から配送できます。\n"
        "同じ依頼が別の経路で届いても、すぐには応じないでください。",
    .id = "ID",
    .from = "差出人",
    .title = "件名",
    .to = "宛先",
    .received = "受信日時",
    .reason = "理由",
    .done = "現在の状態",
    .more = "ほか {} 通",
    .suspicious = "疑わしい内容",
    .malicious = "有害な内容",
    .locked = "パスワードで保護されていて、開けませんでした",
    .unreadable = "最後まで検査できませんでした",
    .policy = "このサイトの規則",
    .kept = "隔離して保管しています",
    .held = "メールサーバーのキューで保留しています",
    .discarded = "破棄しました",
    .refused = "受け取りを拒否し、送信者に通知しました",
    .passed = "配送しました",
};

std::string_view reason_of(const Words& words, std::string_view verdict) {
    if (verdict.starts_with("suspicious")) return words.suspicious;
    if (verdict.starts_with("malicious")) return words.malicious;
    if (verdict.starts_with("unscannable"))
        return verdict.contains("locked") ? words.locked : words.unreadable;
    return words.policy;
}

std::string_view state_of(const Words& words, model::Action action) {
    switch (action) {
        case model::Action::quarantine:
            return words.kept;
        case model::Action::hold:
            return words.held;
        case model::Action::discard:
            return words.discarded;
        case model::Action::reject:
        case model::Action::defer:
            return words.refused;
        case model::Action::accept:
        case model::Action::tag:
            break;
    }
    return words.passed;
}

std::string names_of(const std::vector<std::string>& recipients) {
    std::string out;
    for (std::size_t i = 0; i < std::min(recipients.size(), max_named_recipients); ++i)
        out += (i == 0 ? "" : ", ") + shown(recipients[i]);
    if (recipients.size() > max_named_recipients)
        out += fmt::format(" (+{})", recipients.size() - max_named_recipients);
    return out;
}

std::string body_in(const Words& words, std::span<const Notice> notices, std::uint64_t unlisted) {
    std::string out =
        fmt::format(fmt::runtime(words.intro), base::escape(notices.front().host, max_value)) + "\n";
    out += std::string(words.advice) + "\n";
    for (const Notice& notice : notices) {
        const std::array<std::pair<std::string_view, std::string>, 7> lines{{
            {words.id, base::escape(notice.id)},
            {words.from, shown(notice.mail_from)},
            {words.title, shown(notice.subject)},
            {words.to, names_of(notice.recipients)},
            {words.received, utc(notice.at, "{:%Y-%m-%d %H:%M} UTC")},
            {words.reason, std::string(reason_of(words, notice.verdict))},
            {words.done, std::string(state_of(words, notice.action))},
        }};
        out += "\n";
        for (const auto& [name, value] : lines)
            out += fmt::format("  {}: {}\n", name, value);
    }
    if (unlisted > 0) out += "\n" + fmt::format(fmt::runtime(words.more), unlisted) + "\n";
    return out;
}

std::string subject_in(const Words& words, std::uint64_t count) {
    return subject_word(fmt::format(fmt::runtime(words.subject), count));
}

}  // namespace

std::string notice_mail(const config::NoticeSettings& settings, const std::string& to,
                        std::span<const Notice> notices, std::uint64_t unlisted,
                        system_clock::time_point now) {
    std::vector<const Words*> languages;
    if (settings.language != "ja") languages.push_back(&english);
    if (settings.language != "en") languages.push_back(&japanese);

    std::string subject, body;
    for (const Words* words : languages) {
        subject += (subject.empty() ? "" : " ") + subject_in(*words, notices.size() + unlisted);
        body += (body.empty() ? "" : "\n----\n\n") + body_in(*words, notices, unlisted);
    }
    return automatic_mail(
        {.from = settings.from,
         .to = to,
         .host = notices.front().host,
         .subject = subject,
         .body = body,
         .unique = fmt::format("{} {} {}", to, notices.front().id, now.time_since_epoch().count()),
         .now = now});
}

}  // namespace sekisho::quarantine

#include "daemon/standing_mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "quarantine/automatic_mail.h"

namespace sekisho::daemon {

namespace {

using quarantine::shown;
using std::chrono::system_clock;

constexpr std::size_t most_sources = 10;

// The words of one language; {} is what is put in.
struct Words {
    std::string_view account, host, several, intro, monitor;
    std::string_view watched, throttled, blocked, released, calmed;
    std::string_view change, by, at, first_sign, ended, reason, from, as, mails, is_new, no_login,
        more_sources;
    std::string_view sent, held, refused, incomplete, list, release, more, unlisted;
};

constexpr Words english{
    .account = "Account",
    .host = "Host",
    .several = "{} senders changed their standing",
    .intro = "The outbound guard at {} reports:",
    .monitor = "Monitor mode: all mail passes; this is what would be done.",
    .watched = "watched",
    .throttled = "throttled",
    .blocked = "blocked",
    .released = "released",
    .calmed = "calmed down",
    .change = "Change",
    .by = "By",
    .at = "At",
    .first_sign = "First sign",
    .ended = "Ended",
    .reason = "Reason",
    .from = "From",
    .as = "As",
    .mails = "{} ({} mails{})",
    .is_new = ", new",
    .no_login = "no login",
    .more_sources = "and {} more",
    .sent = "Went out: {} mails to {} recipients ({} different), since {}",
    .held = "Held or in quarantine: {} mails",
    .refused = "Refused or put off: {} mails",
    .incomplete = "There were more mails than are counted here.",
    .list = "All of its mail",
    .release = "Release",
    .more = "and {} more changes:",
    .unlisted = "{} times {}",
};

constexpr Words japanese{
    .account = "アカウント",
    .host = "ホスト",
    .several = "送信制限の変更 {} 件",
    .intro = "{} の送信監視からのお知らせです。",
    .monitor = "監視モードです。メールはすべて通過しており、以下は本来行われる処置です。",
    .watched = "注意",
    .throttled = "送信抑制",
    .blocked = "送信停止",
    .released = "解除",
    .calmed = "沈静化",
    .change = "変更",
    .by = "操作者",
    .at = "日時",
    .first_sign = "最初の兆候",
    .ended = "終了",
    .reason = "理由",
    .from = "送信元",
    .as = "アカウント",
    .mails = "{} ({} 通{})",
    .is_new = "、初めて",
    .no_login = "認証なし",
    .more_sources = "ほか {} 件",
    .sent = "送信済み: {} 通、宛先 {} 件 (重複を除き {} 件)、{} 以降",
    .held = "保留または隔離: {} 通",
    .refused = "拒否または延期: {} 通",
    .incomplete = "実際のメールはここに数えた数より多くあります。",
    .list = "メールの一覧",
    .release = "解除の方法",
    .more = "ほか {} 件の変更:",
    .unlisted = "{} 件 {}",
};

template <class... Values>
std::string put(std::string_view form, const Values&... values) {
    return fmt::format(fmt::runtime(form), values...);
}

std::string time_of(std::int64_t seconds) {
    constexpr std::int64_t year_2200 = 7'258'118'400;
    return quarantine::utc(
        system_clock::time_point(std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, year_2200))),
        "{:%Y-%m-%d %H:%M:%S} UTC");
}

std::string_view word_of(const Words& words, std::string_view change) {
    if (change == "blocked") return words.blocked;
    if (change == "throttled") return words.throttled;
    if (change == "watched") return words.watched;
    return change == "released" ? words.released : words.calmed;
}

bool is_host(const base::Json& news) { return news.string_or("subject") == "host"; }

// A name that can be pasted into a shell as it stands, or the word NAME.
std::string pasted(const std::string& name) {
    const bool plain =
        !name.empty() && name.size() <= 320 && name.front() != '-' && std::ranges::all_of(name, [](char c) {
            const char lower = base::ascii_lower(c);
            return (lower >= 'a' && lower <= 'z') || base::is_digit(c) ||
                   std::string_view("@._+-:/").find(c) != std::string_view::npos;
        });
    return plain ? name : "NAME";
}

std::string sources_of(const Words& words, const base::Json& incident, bool host) {
    const base::Json* list = incident.find("sources");
    if (list == nullptr || list->as_array() == nullptr) return {};
    std::string out;
    std::size_t named = 0;
    for (const base::Json& source : *list->as_array()) {
        if (named++ == most_sources) break;
        const std::string name = source.string_or("name");
        out += fmt::format(
            "  {}: {}\n", host ? words.as : words.from,
            put(words.mails, name.empty() ? std::string(words.no_login) : shown(name),
                source.int_or("messages"), source.bool_or("new") ? words.is_new : std::string_view()));
    }
    const std::size_t all = list->as_array()->size();
    if (all > most_sources) out += fmt::format("  {}\n", put(words.more_sources, all - most_sources));
    return out;
}

std::string numbers_of(const Words& words, const base::Json& incident) {
    std::string out;
    if (const base::Json* sent = incident.find("out")) {
        out += "  " +
               put(words.sent, sent->int_or("messages"), sent->int_or("recipients"),
                   sent->int_or("distinct_recipients"), time_of(incident.int_or("since"))) +
               "\n";
    }
    if (const auto held = incident.int_or("held"); held > 0) out += "  " + put(words.held, held) + "\n";
    if (const auto refused = incident.int_or("refused"); refused > 0)
        out += "  " + put(words.refused, refused) + "\n";
    if (!incident.bool_or("complete", true)) out += "  " + std::string(words.incomplete) + "\n";
    return out;
}

std::string block_of(const Words& words, const base::Json& news) {
    const bool host = is_host(news);
    const std::string change = news.string_or("change");
    const std::string name = news.string_or("name");
    std::string out = fmt::format("{}: {}\n", host ? words.host : words.account, shown(name));
    const auto line = [&](std::string_view word, const std::string& value) {
        out += fmt::format("  {}: {}\n", word, value);
    };
    line(words.change, std::string(word_of(words, change)));
    line(words.at, time_of(news.int_or("at")));
    if (const std::string by = news.string_or("by"); !by.empty()) line(words.by, shown(by));
    const base::Json* reasons = news.find("reasons");
    if (reasons != nullptr && reasons->as_array() != nullptr) {
        for (const base::Json& reason : *reasons->as_array())
            if (reason.as_string() != nullptr) line(words.reason, shown(*reason.as_string()));
    }
    const std::string_view command = host ? "hosts" : "accounts";
    if (const base::Json* incident = news.find("incident"); incident != nullptr && !incident->is_null()) {
        line(words.first_sign, time_of(incident->int_or("first_sign")));
        if (incident->int_or("ended") > 0) line(words.ended, time_of(incident->int_or("ended")));
        out += sources_of(words, *incident, host);
        out += numbers_of(words, *incident);
        line(words.list, fmt::format("sekisho {} incident {}", command, pasted(name)));
    }
    if (change == "blocked" || change == "throttled")
        line(words.release, fmt::format("sekisho {} release {} --reason TEXT", command, pasted(name)));
    return out;
}

std::string body_in(const Words& words, std::span<const base::Json> news, const Unlisted& unlisted) {
    std::string out = put(words.intro, base::escape(news.front().string_or("gateway"), 120)) + "\n";
    if (news.front().bool_or("monitor")) out += std::string(words.monitor) + "\n";
    for (const base::Json& one : news)
        out += "\n" + block_of(words, one);
    std::uint64_t more = 0;
    std::string counts;
    for (const auto& [change, times] : unlisted) {
        more += times;
        counts += (counts.empty() ? " " : ", ") + put(words.unlisted, times, word_of(words, change));
    }
    if (more > 0) out += "\n" + put(words.more, more) + counts + "\n";
    return out;
}

std::string subject_in(const Words& words, std::span<const base::Json> news, const Unlisted& unlisted) {
    std::uint64_t all = news.size();
    for (const auto& [change, times] : unlisted)
        all += times;
    if (all > 1) return quarantine::subject_word(put(words.several, all));
    return quarantine::subject_word(fmt::format("{} {}:", is_host(news.front()) ? words.host : words.account,
                                                word_of(words, news.front().string_or("change")))) +
           " " + base::escape_ascii(news.front().string_or("name"), 100);
}

}  // namespace

std::string standing_mail(const config::NoticeSettings& settings, const std::string& to,
                          std::span<const base::Json> news, const Unlisted& unlisted,
                          system_clock::time_point now) {
    std::vector<const Words*> languages;
    if (settings.language != "ja") languages.push_back(&english);
    if (settings.language != "en") languages.push_back(&japanese);
    std::string subject, body;
    for (const Words* words : languages) {
        subject += (subject.empty() ? "" : " / ") + subject_in(*words, news, unlisted);
        body += (body.empty() ? "" : "\n----\n\n") + body_in(*words, news, unlisted);
    }
    const std::string host = news.front().string_or("gateway", "localhost");
    return quarantine::automatic_mail(
        {.from = settings.from,
         .to = to,
         .host = host,
         .subject = subject,
         .body = body,
         .unique = fmt::format("{} {} {}", to, news.front().string_or("id"), now.time_since_epoch().count()),
         .now = now});
}

}  // namespace sekisho::daemon

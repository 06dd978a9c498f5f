#include "outbound/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace sekisho::outbound {

namespace {

// In the order of Measure. Below `floor` nothing is unusual; beyond `times` its usual most everything is.
struct MeasureRow {
    float floor;
    float times;
};
constexpr std::array<MeasureRow, measure_kinds> rows{{
    {6, 2.5F},
    {20, 2.5F},
    {60, 2.5F},
    {200, 2.5F},  // messages in a minute, ten, an hour, a day
    {40, 2.5F},
    {80, 2.5F},
    {200, 2.5F},
    {600, 2.5F},  // recipients
    {2, 1.5F},    // From names
    {3, 1.5F},    // networks
    {3, 1.5F},    // senders
    {30, 2},      // copies
}};

// What a sender does at its own desk under its own name weighs half.
constexpr double at_home = 0.5;
// Where it is in one strange place, most of it: people do travel.
constexpr double on_the_road = 0.8;
// Pairs say little until a month's correspondence, or most of it, has been seen.
constexpr Moment correspondents_known_after = 10 * day;
// Before this, whoever has no past may be everybody: a relay, a mailbox of ten people.
constexpr Moment house_known_after = Baseline::settled_after * day;
// Whatever comes this fast is no person's doing.
constexpr Moment at_once = 10 * minute;

// An excess by a factor, in doublings: what is barely over counts a little, no factor counts for everything.
double weigh(double excess, double first, double most) {
    return excess > 1 ? std::min(most, first + std::log2(excess)) : 0;
}

class Judge {
public:
    Judge(Subject subject, const Activity& activity, const Past& past, const config::SenderClass& limits,
          Moment now)
        : subject_(subject),
          activity_(activity),
          past_(past),
          limits_(limits),
          now_(now),
          reading_(past.reading != nullptr ? *past.reading : activity.counts.at(now)),
          measured_(past.measured != nullptr ? *past.measured : activity.measure(reading_, now)) {
        for (std::size_t i = 0; i < measure_kinds; ++i) {
            usual_.at(i) = past.own.usual.at(i);
            if (!past.own.is_settled(now) && past.group != nullptr)
                usual_.at(i) = std::max(usual_.at(i), past.group->usual.at(i));
        }
    }

    Judgement run() {
        look_for_overrun();
        judge_networks();
        judge_rejected();
        if (!limits_.bulk) {
            judge_names();
            judge_senders();
        }
        judge_findings();
        if (!limits_.bulk) judge_habits();
        out_.repeats = activity_.repeats;
        std::ranges::sort(out_.evidence, std::greater{}, &Evidence::points);
        return std::move(out_);
    }

private:
    double seen(Measure measure) const { return of(measured_, measure); }
    double usual(Measure measure) const { return of(usual_, measure); }
    double excess(Measure measure) const {
        const MeasureRow& row = rows.at(static_cast<std::size_t>(measure));
        return seen(measure) / std::max<double>(row.floor, row.times * usual(measure));
    }
    bool is_unknown() const { return !past_.own.is_settled(now_); }
    double within(Count what, Window window) const { return count(reading_, what, window); }

    void add(Signal signal, double points, std::string text) {
        if (points <= 0) return;
        out_.points += points;
        out_.evidence.push_back({signal, points, std::move(text)});
    }
    std::string compared(Measure measure) const {
        return fmt::format("{:.0f} {}, usual {:.0f}", seen(measure), to_string(measure), usual(measure));
    }

    void look_for_overrun() {
        double worst = 1;
        for (std::size_t i = 0; i < config::sender_limits.size(); ++i) {
            const double limit = (limits_.*config::sender_limits[i]).value_or(0);
            if (limit <= 0 || measured_[i] <= limit) continue;
            const double times = measured_[i] / limit;
            if (times <= worst) continue;
            worst = times;
            out_.overrun = Overrun{static_cast<Measure>(i), measured_[i], limit};
        }
    }

    // One mail in a hundred is suspicious for what honest people send.
    void judge_findings() {
        const double harmful = within(Count::suspicious, Window::hour);
        if (harmful < 0.5 || harmful < 0.05 * within(Count::messages, Window::hour)) return;
        add(Signal::findings, share_ * std::min(4.0, 1.2 * harmful - 0.4),
            fmt::format("{:.0f} messages with findings", harmful));
    }

    // Travellers change networks, and carriers give their customers new addresses out of their own region.
    // But they do not do it within minutes.
    void judge_networks() {
        if (subject_ == Subject::host) return judge_accounts();
        if (is_unknown() && past_.watched_for < house_known_after) return judge_many_networks();
        const double networks = activity_.strange_networks.count(hour, now_);
        if (networks < 1) return;
        const double regions = activity_.strange_regions.count(hour, now_);
        const double soon = activity_.strange_regions.count(at_once, now_);
        const double near_soon = activity_.strange_networks.count(at_once, now_);
        if (regions >= 1) share_ = regions < 2 ? on_the_road : 1;
        if (near_soon >= 6) share_ = 1;
        if (soon >= 8) out_.beyond_doubt = true;
        const double slowly = regions < 1 ? 0.3 : std::min(6.0, 1.8 + 0.3 * (regions - 1));
        const double quickly = soon < 5 ? 0 : std::min(6.5, 1.3 * (soon - 3));
        const double quickly_near = near_soon < 5 ? 0 : std::min(5.0, 0.8 * (near_soon - 4));
        // Who travels writes some mails, or empties an outbox, and no more.
        const double volume = regions < 1 ? 0 : weigh(within(Count::strange, Window::hour) / 20, 0, 2);
        const double near = std::min(1.0, 0.2 * std::max(0.0, networks - regions - 1));
        add(Signal::strange_networks, std::max({slowly, quickly, quickly_near}) + near + volume,
            fmt::format("{:.0f} strange networks in an hour, {:.0f} of other providers", networks, regions));
    }

    // Of a sender without a past only what nobody does.
    void judge_many_networks() {
        if (const double times = excess(Measure::peers); times > 1)
            add(Signal::strange_networks, weigh(times, 1.5, 6), compared(Measure::peers));
    }

    // A bot that goes through stolen passwords. Colleagues at one hotel, or in a new office, log in from a
    // strange network as well, but under their own names.
    void judge_accounts() {
        const double accounts = activity_.strange_networks.count(hour, now_);
        if (accounts < 2) return;
        const double forged = activity_.strange_regions.count(hour, now_);
        if (forged >= 2) out_.beyond_doubt = true;
        add(Signal::many_accounts, std::max(std::min(9.0, 3 * (forged - 1)), std::min(4.0, accounts)),
            fmt::format(
                "{:.0f} accounts in an hour, of none of which it is a usual network, {:.0f} under new "
                "names",
                accounts, forged));
    }

    void judge_names() {
        double names = seen(Measure::from_names);
        if (is_unknown()) {
            if (subject_ == Subject::host && past_.watched_for < house_known_after) return;
            // On the first days every name is new: then only many count that come at once, and of which few
            // come twice.
            if (names < 10) names = activity_.strange_froms.count(at_once, now_);
            const double named = within(Count::messages, Window::hour) - within(Count::refused, Window::hour);
            if (names < 4 || names < 0.6 * named) return;
        }
        judge_names_of_a_day();
        if (excess(Measure::from_names) <= 1) return;
        if (names >= 4) {
            share_ = 1;
            out_.beyond_doubt = true;
        }
        // A new mailbox of many people may have a busy first morning.
        const bool may_be_many =
            subject_ == Subject::account && is_unknown() && activity_.strange_froms.count(at_once, now_) < 7;
        const double most = may_be_many ? 5 : 6;
        add(Signal::from_names, std::min(most, 0.5 + 1.5 * (names - 2)), compared(Measure::from_names));
    }

    // A bot that takes its time.
    void judge_names_of_a_day() {
        const double names = activity_.strange_froms.count(day, now_);
        if (is_unknown() || excess(Measure::from_names) > 1) return;
        if (names <= std::max(5.0, 10.0 * usual(Measure::from_names))) return;
        add(Signal::from_names, std::min(5.0, 0.5 * (names - 3)),
            fmt::format("{:.0f} new From names in a day", names));
    }

    void judge_senders() {
        if (is_unknown() && past_.watched_for < house_known_after) return;
        if (const double times = excess(Measure::senders); times > 1)
            add(Signal::senders, weigh(times, 1.5, 5), compared(Measure::senders));
    }

    // Many mails in a short time, to strangers, with one text: a mail merge is that as well. At its own desk,
    // under its own name, each of these weighs less.
    void judge_habits() {
        judge_rate();
        if (const double times = excess(Measure::copies); times > 1)
            add(Signal::copies, share_ * weigh(times, 0.8, 2), compared(Measure::copies));
        judge_fresh();
        if (share_ <= at_home) return;
        // Each place has its own name for a PC.
        const double helos = activity_.helos.count(hour, now_);
        if (const double more = helos - std::max(1.0, activity_.networks.count(hour, now_)); more >= 2)
            add(Signal::helos, std::min(1.0, 0.3 * more), fmt::format("{:.0f} HELO names in an hour", helos));
        if (within(Count::odd_hour, Window::hour) >= 1)
            add(Signal::odd_hour, 0.7, "at an hour that is unusual");
    }

    void judge_rate() {
        double most = 0;
        Measure which = Measure::messages_minute;
        for (std::size_t i = 0; i < config::sender_limits.size(); ++i) {
            const auto measure = static_cast<Measure>(i);
            if (excess(measure) <= most) continue;
            most = excess(measure);
            which = measure;
        }
        if (most <= 1) return;
        add(Signal::rate, share_ * weigh(most, 0.8, 4), compared(which));
    }

    void judge_fresh() {
        const double recipients = within(Count::recipients, Window::hour);
        if (past_.watched_for < correspondents_known_after || recipients < 6) return;
        const double share = within(Count::fresh, Window::hour) / recipients;
        const double usually = past_.own.fresh / 100.0;
        const double more = share - usually;
        if (more < 0.3) return;
        // Hardly anybody writes to strangers alone; but one circular is no habit.
        double habit = std::min(1.0, within(Count::messages, Window::hour) / 8);
        if (is_unknown()) habit *= 0.7;  // it had nobody yet to write to
        const double stands_out = more / (1 - usually / 2);
        const double points = habit * (2.5 * stands_out + 4 * std::max(0.0, stands_out - 0.7));
        add(Signal::fresh_recipients, share_ * points,
            fmt::format("{:.0f} % of {:.0f} recipients are new, usual {:.0f} %", 100 * share, recipients,
                        100 * usually));
    }

    void judge_rejected() {
        const double rejected = within(Count::rejected, Window::hour);
        const double recipients = within(Count::recipients, Window::hour) + rejected;
        if (rejected < 5 || rejected < 0.1 * recipients) return;
        add(Signal::rejected, std::min(3.0, 1 + 4 * rejected / recipients),
            fmt::format("{:.0f} of {:.0f} recipients do not exist", rejected, recipients));
    }

    Subject subject_;
    const Activity& activity_;
    const Past& past_;
    const config::SenderClass& limits_;
    Moment now_;
    Counts::Reading reading_;
    Measures measured_;
    Measures usual_{};
    Judgement out_;
    double share_ = at_home;  // what habits and findings weigh
};

}  // namespace

std::string_view to_string(Signal signal) {
    constexpr std::array<std::string_view, signal_kinds> names{
        "rate",   "strange-networks", "from-names", "senders", "many-accounts", "fresh-recipients",
        "copies", "rejected",         "odd-hour",   "helos",   "findings"};
    return names.at(static_cast<std::size_t>(signal));
}

Measures limits_of(const config::SenderClass& limits) {
    Measures out{};
    for (std::size_t i = 0; i < config::sender_limits.size(); ++i)
        out.at(i) = static_cast<float>((limits.*config::sender_limits.at(i)).value_or(0));
    return out;
}

const Measures& floors() {
    static constexpr Measures out = [] {
        Measures values{};
        for (std::size_t i = 0; i < measure_kinds; ++i)
            values[i] = rows[i].floor;
        return values;
    }();
    return out;
}

Measures caps_of(const config::SenderClass& limits) {
    Measures out = limits_of(limits);
    for (std::size_t i = 0; i < measure_kinds; ++i) {
        // Half a limit for what has one, so that nobody is used to what is forbidden.
        out.at(i) = out.at(i) > 0 ? out.at(i) / 2 : 50 * rows.at(i).floor;
    }
    return out;
}

Judgement judge(Subject subject, const Activity& activity, const Past& past,
                const config::SenderClass& limits, Moment now) {
    return Judge(subject, activity, past, limits, now).run();
}

}  // namespace sekisho::outbound

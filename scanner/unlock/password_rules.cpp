#include "scanner/unlock/password_rules.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "scanner/unlock/day_of_sending.h"
#include "scanner/unlock/keywords.h"
#include "scanner/unlock/token_shape.h"

namespace sekisho::scanner::unlock {

namespace {

using View = std::u32string_view;

constexpr std::size_t max_facts = 6;  // of each kind, the first ones of the text
constexpr std::size_t max_given = 24;
constexpr std::size_t max_groups = 5;
constexpr std::size_t before_reiwa = 2018;  // the year 1 of the era is 2019
constexpr std::size_t max_digits = 12;      // of one group

enum class Thing : std::uint8_t { date, phone, company };

struct Word {
    View text;  // folded
    Thing thing;
};

constexpr auto things = std::to_array<Word>({
    {U"日付", Thing::date},
    {U"月日", Thing::date},
    {U"本日", Thing::date},
    {U"当日", Thing::date},
    {U"送信日", Thing::date},
    {U"発信日", Thing::date},
    {U"发送日期", Thing::date},
    {U"日期", Thing::date},
    {U"날짜", Thing::date},
    {U"date", Thing::date},
    {U"datum", Thing::date},
    {U"data", Thing::date},
    {U"fecha", Thing::date},
    {U"дата", Thing::date},
    {U"電話", Thing::phone},
    {U"电话", Thing::phone},
    {U"전화", Thing::phone},
    {U"tel", Thing::phone},
    {U"phone", Thing::phone},
    {U"telefon", Thing::phone},
    {U"社名", Thing::company},
    {U"会社名", Thing::company},
    {U"公司名", Thing::company},
    {U"회사명", Thing::company},
    {U"company name", Thing::company},
    {U"firmenname", Thing::company},
});

// A sentence that only speaks of dates ("the password is valid for 14 days from the date") names no shape.
constexpr auto shapes = std::to_array<View>(
    {U"桁",       U"位数",     U"位數",       U"자리",      U"digit",     U"stellig",        U"ziffern",
     U"chiffres", U"cifre",    U"cifras",     U"cijfers",   U"cyfr",      U"цифр",           U"西暦",
     U"小文字",   U"ローマ字", U"lower case", U"lowercase", U"last four", U"kleinbuchstaben"});

// Of the dates in a mail, the day on which it was sent.
constexpr auto of_sending = std::to_array<View>(
    {U"本日", U"当日", U"送信日", U"発信日", U"今日", U"发送日期", U"today", U"heutig", U"aujourd", U"oggi",
     U"hoy", U"hoje", U"vandaag", U"сегодня", U"오늘", U"date of sending", U"sending date"});

// What the reader knows and the mail does not tell: its digits are not to be looked for here.
constexpr auto not_told = std::to_array<View>({U"生年月日", U"誕生日", U"生日", U"생년월일", U"date of birth",
                                               U"birth", U"geburtsdatum", U"naissance", U"nascita",
                                               U"nacimiento", U"nascimento", U"geboortedatum", U"рождения"});

bool holds_any(View text, std::span<const View> words) {
    return std::ranges::any_of(words, [&](View word) { return text.find(word) != text.npos; });
}

// Runs of digits that are joined by one mark each.
struct Numbers {
    std::vector<View> groups;
    std::u32string marks;  // between the groups
    std::size_t end = 0;
};

Numbers numbers_at(View text, std::size_t at) {
    Numbers out;
    while (out.groups.size() < max_groups) {
        std::size_t end = at;
        while (end < text.size() && end - at <= max_digits && is_digit(text[end]))
            ++end;
        if (end == at || end - at > max_digits) break;
        out.groups.push_back(text.substr(at, end - at));
        out.end = at = end;
        if (at >= text.size() || View(U"-/.年月()").find(text[at]) == View::npos) break;
        out.marks.push_back(text[at++]);
        if (at < text.size() && is_blank(text[at])) ++at;
    }
    return out;
}

std::size_t value_of(View digits) {
    std::size_t value = 0;
    for (const char32_t c : digits)
        value = value * 10 + (c - U'0');
    return value;
}

// Four digits.
std::u32string digits_of(std::size_t year) {
    std::u32string out;
    for (std::size_t unit = 1'000; unit > 0; unit /= 10)
        out.push_back(U'0' + static_cast<char32_t>(year / unit % 10));
    return out;
}
bool is_between(View group, std::size_t low, std::size_t high) {
    return group.size() <= 2 && value_of(group) >= low && value_of(group) <= high;
}
std::u32string two_digits(View group) {
    return group.size() == 1 ? U"0" + std::u32string(group) : std::u32string(group);
}

template <class T>
void keep(std::vector<T>& list, T value) {
    if (list.size() < max_facts) list.push_back(std::move(value));
}

// The counts of digits that a sentence names: "8桁", "(4 digits)"; empty where it names none of a date's.
std::vector<std::size_t> sizes_named(View sentence) {
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const bool alone = (i == 0 || !is_digit(sentence[i - 1])) &&
                           (i + 1 >= sentence.size() || !is_digit(sentence[i + 1]));
        if (alone && View(U"468").find(sentence[i]) != View::npos) sizes.push_back(sentence[i] - U'0');
    }
    return sizes;
}

}  // namespace

std::vector<std::u32string> PasswordRules::apply(View sentence) {
    std::u32string folded(sentence);
    std::ranges::transform(folded, folded.begin(), fold);
    if (!holds_any(folded, shapes) || holds_any(folded, not_told)) return {};
    const auto names = [&](Thing thing) {
        return std::ranges::any_of(things, [&](const Word& word) {
            return word.thing == thing && folded.find(word.text) != folded.npos;
        });
    };
    std::vector<std::u32string> out;
    const auto give = [&](std::u32string text) {
        if (out.size() < max_given && !text.empty() && std::ranges::find(out, text) == out.end())
            out.push_back(std::move(text));
    };
    const bool company = names(Thing::company);
    const bool phone = names(Thing::phone);
    const bool date = names(Thing::date);
    if (!company && !phone && !date) return {};
    if (!facts_) collect();
    if (company) {
        for (const std::u32string& domain : facts_->domains) {
            for (const std::u32string& year : facts_->years)
                give(domain + year);
            give(domain);
        }
    }
    if (phone) {
        for (const std::u32string& digits : facts_->phone_ends)
            give(digits);
    }
    if (date) {
        const auto sizes = sizes_named(folded);
        std::vector<Date> dates = facts_->dates;
        if (facts_->sent)
            dates.insert(holds_any(folded, of_sending) ? dates.begin() : dates.end(), *facts_->sent);
        for (const Date& row : dates) {
            const std::u32string short_year = row.year.empty() ? row.year : row.year.substr(2);
            for (const std::u32string& text : {row.year + row.month + row.day, row.as_written,
                                               short_year + row.month + row.day, row.month + row.day}) {
                if (sizes.empty() || std::ranges::find(sizes, text.size()) != sizes.end()) give(text);
            }
        }
    }
    return out;
}

void PasswordRules::collect() {
    facts_.emplace();
    note_day_of_sending();
    for (std::size_t at = 0; at < text_.size();) {
        if (is_digit(text_[at])) {
            note_numbers(at);
            continue;
        }
        if (text_[at] == U'@') note_domain(at + 1);
        if (text_.substr(at).starts_with(U"://www.")) note_domain(at + 7);
        ++at;
    }
}

void PasswordRules::note_day_of_sending() {
    const auto sent = day_of_sending(date_);
    if (!sent) return;
    const auto wide = [](const std::string& digits) { return std::u32string(digits.begin(), digits.end()); };
    facts_->sent = Date{wide(sent->year), wide(sent->month), wide(sent->day), {}};
    keep(facts_->years, facts_->sent->year);
}

// A date, a year or a telephone number at `at`, which moves behind what was read.
void PasswordRules::note_numbers(std::size_t& at) {
    const Numbers numbers = numbers_at(text_, at);
    std::vector<std::u32string> groups(numbers.groups.begin(), numbers.groups.end());
    const bool is_era = !groups.empty() && groups[0].size() <= 2 && numbers.marks.starts_with(U'年') &&
                        text_.substr(0, at).ends_with(U"令和");
    if (is_era) groups[0] = digits_of(value_of(groups[0]) + before_reiwa);
    if (groups.empty()) {  // more digits than any of them has
        while (at < text_.size() && is_digit(text_[at]))
            ++at;
        return;
    }
    at = numbers.end;
    if (is_year(groups[0])) keep(facts_->years, std::u32string(groups[0]));
    const char32_t mark = numbers.marks.empty() ? U'\0' : numbers.marks[0];
    if (groups.size() >= 3 && is_year(groups[0]) && is_between(groups[1], 1, 12) &&
        is_between(groups[2], 1, 31)) {
        keep(facts_->dates,
             Date{std::u32string(groups[0]), two_digits(groups[1]), two_digits(groups[2]), {}});
    } else if (groups.size() >= 3 && is_year(groups[2]) && is_between(groups[0], 1, 31) &&
               is_between(groups[1], 1, 31)) {
        // "06/07/2024" is two days; as it is written is what people type.
        const bool day_first = mark != U'/' || value_of(groups[0]) > 12;
        Date date{std::u32string(groups[2]), two_digits(groups[0]), two_digits(groups[1]), {}};
        date.as_written = date.month + date.day + date.year;
        if (day_first) std::swap(date.month, date.day);
        keep(facts_->dates, std::move(date));
    } else if (groups.size() == 2 && (mark == U'月' || mark == U'/') && is_between(groups[0], 1, 12) &&
               is_between(groups[1], 1, 31)) {
        keep(facts_->dates, Date{{}, two_digits(groups[0]), two_digits(groups[1]), {}});
    } else if (groups.size() >= 2 && groups.back().size() == 4) {
        std::size_t digits = 0;
        for (const View group : groups)
            digits += group.size();
        if (digits >= 8) keep(facts_->phone_ends, std::u32string(groups.back()));
    }
}

// "example" of "someone@mail.example.co.jp" is out of reach without a list of suffixes: the first label is
// taken.
void PasswordRules::note_domain(std::size_t at) {
    constexpr std::size_t longest = 24;
    std::u32string label;
    while (at < text_.size() && label.size() <= longest && text_[at] < 0x80 &&
           (is_letter(text_[at]) || is_digit(text_[at]) || text_[at] == U'-'))
        label.push_back(fold(text_[at++]));
    const bool whole = at < text_.size() && text_[at] == U'.';
    if (whole && label.size() >= 2 && std::ranges::find(facts_->domains, label) == facts_->domains.end())
        keep(facts_->domains, std::move(label));
}

}  // namespace sekisho::scanner::unlock

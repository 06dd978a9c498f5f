#include "milter/message.h"

#include "base/text.h"
#include "quarantine/quarantine.h"

namespace sekisho::milter {

namespace {

constexpr std::string_view our_prefix = "X-Sekisho-";
constexpr std::size_t max_value_kept = 10'000;
// A subject is written anew with its prefix, so it is kept whole: no MTA's header field is longer (Postfix:
// 60,000).
constexpr std::size_t max_subject_kept = 64u << 10;

}  // namespace

void HeaderNotes::note(std::string_view name, std::string_view value) {
    const std::string_view bare = base::trim(name);  // "Name :" is allowed by RFC 5322 section 4.5
    const std::string_view kept = base::trim(value.substr(0, max_value_kept));
    if (base::equals_ignoring_case(bare, "Received")) {
        if (received_.size() < max_received) received_.emplace_back(kept);
        return;
    }
    if (base::equals_ignoring_case(bare, "Subject")) {
        if (subjects_.size() < max_subjects)
            subjects_.emplace_back(base::trim(value.substr(0, max_subject_kept)));
        return;
    }
    if (base::equals_ignoring_case(bare, "From")) {
        constexpr std::string_view cut = ",cut@invalid";
        if (from_.ends_with(cut)) return;
        if (!from_.empty()) from_ += ',';
        from_ += value.substr(0, max_from);
        if (from_.size() > max_from) from_.replace(max_from, std::string::npos, cut);
        return;
    }
    if (!base::starts_with_ignoring_case(bare, our_prefix) &&
        !base::equals_ignoring_case(bare, ambiguity_results_header)) {
        return;
    }

    if (base::equals_ignoring_case(bare, quarantine::token_header) && tokens_.size() < 2)
        tokens_.emplace_back(kept);
    if (++ours_total_ > max_ours) {
        ours_total_ = max_ours;
        too_many_ours_ = true;
        return;
    }
    auto& entry = ours_[base::to_lower(name)];
    if (entry.count++ == 0) entry.name = name;
}

}  // namespace sekisho::milter

#include "scanner/passwords.h"

#include <algorithm>

namespace sekisho::scanner {

namespace {

std::string_view name_of(PasswordSource source) {
    switch (source) {
        case PasswordSource::keyword:
            return "keyword";
        case PasswordSource::quoted_token:
            return "quoted token";
        case PasswordSource::subject:
            return "subject";
        case PasswordSource::file_name:
            return "file name";
        case PasswordSource::sender:
            return "sender";
        case PasswordSource::token:
            return "token";
        case PasswordSource::configured:
            return "configured";
        case PasswordSource::earlier_mail:
            return "earlier mail";
    }
    return "?";
}

}  // namespace

std::string PasswordCandidate::label() const {
    std::string out(name_of(source));
    if (!language.empty()) out += " " + language;
    if (!place.empty()) out += ", " + place;
    return out;
}

void Passwords::add(PasswordCandidate candidate) {
    constexpr std::size_t max_length = 128;
    if (candidate.text.empty() || candidate.text.size() > max_length) return;
    const auto known = index_.find(candidate.text);
    if (known != index_.end()) {
        PasswordCandidate& have = all_[known->second];
        if (candidate.source < have.source) have = std::move(candidate);
        return;
    }
    // Once full, only what is likelier than a mere token still gets in, in the place of such a token.
    if (all_.size() >= max_candidates) {
        if (candidate.source >= PasswordSource::token) return;
        const auto victim = std::ranges::find(all_, PasswordSource::token, &PasswordCandidate::source);
        if (victim == all_.end()) return;
        index_.erase(victim->text);
        index_.emplace(candidate.text, static_cast<std::size_t>(victim - all_.begin()));
        *victim = std::move(candidate);
        return;
    }
    index_.emplace(candidate.text, all_.size());
    all_.push_back(std::move(candidate));
}

std::vector<PasswordCandidate> Passwords::ranked() const {
    std::vector<PasswordCandidate> out = all_;
    std::ranges::stable_sort(out, {}, &PasswordCandidate::source);
    return out;
}

}  // namespace sekisho::scanner

// Candidates for locks: what was found in the mail, ranked, and what the operator configured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sekisho::scanner {

// Likelihood, best first. The order of the enumeration is the order of trying.
enum class PasswordSource : std::uint8_t {
    keyword,       // behind a word for "password" in some language
    earlier_mail,  // the same, in another mail of the same correspondence
    quoted_token,  // alone in quotes or brackets, or alone on its line
    subject,
    file_name,
    sender,  // made of the sender's domain and the day of sending, as people do
    token,   // looks like a password, anywhere in the text
    configured,
};

struct PasswordCandidate {
    std::string text;  // UTF-8 as it stood
    PasswordSource source = PasswordSource::token;
    std::string language;    // of the keyword: "ja", "en"; empty otherwise
    std::string place = {};  // "mail text line 12"; of an earlier mail the label that it had there
    // "keyword ja, mail text line 12": what reports may say. Never the text. a-z, digits, blanks and commas.
    std::string label() const;
};

// Grows while texts are read; each text is kept once, under its best source. At most `max_candidates`.
class Passwords {
public:
    static constexpr std::size_t max_candidates = 2'000;

    // Empty and over-long (> 128 bytes) texts are dropped.
    void add(PasswordCandidate candidate);
    // All, best first; within a source in order of appearance.
    std::vector<PasswordCandidate> ranked() const;
    std::size_t size() const { return all_.size(); }

    // The mail's Date field, for rules like "today's date in 8 digits".
    void set_date(std::string_view field) { date_ = field; }
    const std::string& date() const { return date_; }

private:
    std::string date_;
    std::vector<PasswordCandidate> all_;
    std::unordered_map<std::string, std::size_t> index_;
};

}  // namespace sekisho::scanner

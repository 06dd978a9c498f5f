#include "scanner/mail_texts.h"

#include "scanner/text_of.h"

namespace sekisho::scanner {

namespace {

constexpr std::size_t most_passwords = 20;
constexpr std::size_t most_texts = 8;
constexpr std::size_t longest_text = 1u << 20;

}  // namespace

std::string name_of_text(std::size_t number) {
    return number == 0 ? "mail text" : "text " + std::to_string(number + 1);
}

std::vector<model::MailedPassword> passwords_for_others(const std::vector<Part>& parts,
                                                        const model::MessageFacts& mail,
                                                        const Harvesters& rows) {
    std::vector<model::MailedPassword> out;
    if (rows.for_others == nullptr) return out;
    std::vector<std::string> texts;
    for (const Part& part : parts) {
        if (texts.size() < most_texts && part.bytes.size() <= longest_text) texts.push_back(text_of(part));
    }
    std::vector<NamedText> named;
    for (std::size_t i = 0; i < texts.size(); ++i)
        named.push_back({texts[i], name_of_text(i)});
    named.push_back({mail.subject, "subject"});
    Passwords found;
    found.set_date(mail.date);
    rows.for_others(named, found);
    for (const PasswordCandidate& candidate : found.ranked()) {
        if (out.size() == most_passwords) break;
        out.push_back({candidate.text, candidate.label()});
    }
    return out;
}

}  // namespace sekisho::scanner

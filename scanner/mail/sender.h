// Who a mail is said to come from: the name that people see against the address that they do not.
//
// Known weaknesses: whose name belongs to which address is known from the settings alone, not from earlier
// mail; a name in another writing than the settings have it is another name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/mail_settings.h"
#include "scanner/findings.h"
#include "scanner/mail/mail_header.h"

namespace sekisho::scanner::mail {

// [mail] known_senders and local_domains, made ready to compare.
class Known {
public:
    explicit Known(const model::MailSettings& settings);

    bool is_own(std::string_view domain) const;
    // The domain of ours that stands in the name as a word; empty where none does.
    std::string_view own_domain_in(std::string_view name) const;
    // The domain of ours or of a known sender that `domain` is made to look like: one letter more, less or
    // other, or letters that look alike ("rn" and "m", "0" and "o"), in a first label of six and more. Empty
    // where it is one of them, or like none.
    std::string looks_like(std::string_view domain) const;
    // A known sender bears this name, and the address is none of his. The name alone is never empty.
    bool is_borrowed(std::string_view name, std::string_view address) const;

private:
    struct Sender {
        std::string name;    // squeezed
        std::string sorted;  // words in order; may be empty
        std::string place;   // "ann@example.com" or "example.com", lower case
    };
    std::vector<std::string> own_;
    std::vector<Sender> senders_;
};

// mail.from.*: H1 and H2 of the reference, and domains that are made to look like known ones. Mailing lists
// and forms write the sender's address into the name and Reply-To, so what Reply-To says as well is left out.
void judge_sender(const MailHeader& header, const Known& known, model::PartId part, Findings& findings);

}  // namespace sekisho::scanner::mail

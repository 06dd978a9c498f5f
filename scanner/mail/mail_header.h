// The header of a mail as far as it says who sends it, when, and in which thread.
//
// Known weakness: where a field occurs twice the first one counts, but for Authentication-Results and
// Received.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/mail/address.h"
#include "scanner/mail/date.h"

namespace sekisho::scanner::mail {

struct MailHeader {
    Mailbox from;
    Mailbox reply_to;
    Mailbox sender;
    std::optional<Mailbox> return_path;  // there once a mail is delivered
    std::string subject;                 // decoded to UTF-8
    std::string message_id;              // as it stands
    std::optional<SentDate> date;
    std::string boundary;        // of the mail's own multipart
    std::string first_received;  // the lowest Received field: what the first server wrote
    std::vector<std::string> authentication_results;  // from the top on, at most 20
    bool in_thread = false;                           // In-Reply-To, References or Thread-Index
    bool from_list = false;      // List-Id, List-Post, List-Unsubscribe or Precedence: list, bulk
    bool automatic = false;      // Auto-Submitted or X-Auto-Response-Suppress
    bool names_program = false;  // User-Agent or X-Mailer
};

// `message`: from its first byte on. Each field counts with its first 8 KB. Linear.
MailHeader read_mail_header(base::Bytes message);

}  // namespace sekisho::scanner::mail

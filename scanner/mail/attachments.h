// What names of attachments give away beside the mail that they came in. All of it is weak.
// Double extensions and hidden characters are judged for parts of any kind (scanner/names.h).
#pragma once

#include <span>
#include <string_view>

#include "model/scan_report.h"
#include "scanner/budget.h"
#include "scanner/findings.h"
#include "scanner/mail/lures.h"
#include "scanner/mail/mail_header.h"

namespace sekisho::scanner::mail {

// The part lies directly in the mail, has a name, and is no text, picture, signature or card.
bool is_attachment(const model::PartSummary& part, model::PartId mail);

// mail.attachment.*: a name as Emotet's (by the rows of `lures`), a document or archive that is called as the
// mail's subject or sender is, an archive with one file of its own name. The first 50 attachments are judged.
void judge_attachments(std::span<const model::PartSummary> parts, const MailHeader& header,
                       model::PartId mail, const Lures& lures, Budget& budget, Findings& findings);

}  // namespace sekisho::scanner::mail

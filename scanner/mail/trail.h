// What a header tells of the program that wrote it: H6 to H10 of the reference. All of it is weak.
//
// Known weaknesses: the worker is told nothing of the SMTP session, so EHLO is what the first Received field
// says, and the envelope's sender is known from a Return-Path alone, which the mail has once it is delivered.
#pragma once

#include <chrono>

#include "scanner/findings.h"
#include "scanner/mail/mail_header.h"

namespace sekisho::scanner::mail {

// mail.boundary.digits, mail.date.*, mail.from.envelope-differs, mail.message-id.*, mail.received.literal.
// `today`: UTC. `is_own`: the mail comes from an address of ours, as those of scanners and copiers do.
void judge_trail(const MailHeader& header, std::chrono::sys_days today, bool is_own, model::PartId part,
                 Findings& findings);

}  // namespace sekisho::scanner::mail

// What is read of a mail as a whole: its header, one text, and the fields that others write.
#include "scanner/mail/authentication.h"
#include "scanner/mail/mail_header.h"
#include "scanner/mail/programs.h"
#include "scanner/mail/sender.h"
#include "scanner/mail/thread.h"
#include "scanner/mail/trail.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::scanner;
    const sekisho::base::Bytes bytes = std::as_bytes(std::span(data, size));
    const mail::MailHeader header = mail::read_mail_header(bytes);
    Findings findings(100);
    mail::judge_sender(header, mail::Known({.known_senders = {"Ann Example <example.com>"}}), 0, findings);
    mail::judge_trail(header, std::chrono::year(2026) / 3 / 4, false, 0, findings);
    mail::judge_authentication(header.authentication_results, {}, 0, findings);
    const std::string_view text = sekisho::base::as_text(bytes);
    (void)mail::parse_authentication_results(text);
    (void)mail::subject_prefixes(text);
    (void)mail::is_document_name(text);
    const mail::Thread thread = mail::split_thread(text);
    (void)mail::lines_of(thread.fresh, 100);
    (void)mail::other_address_of(header.from.name, header.from.address, text);
    return 0;
}

// START HERE for the mail as a whole: the facts H1 to H12 of the reference, reply chains, lures, names.
//
// Facts of this room say what a file or a link came with. They are weak, one by one and together; what some
// of them mean beside an active attachment is said in model/combinations.cpp. Of a mail that brings neither a
// file nor a link only the sender is judged: there is nothing that the rest would say something of.
//
// Known weaknesses: only the outermost mail is judged, not mails that it forwards; nothing is learnt from
// earlier mail, so H2 and H9 go by the settings and by countries.
#pragma once

#include <chrono>
#include <functional>

#include "model/mail_settings.h"
#include "scanner/mail/lures.h"
#include "scanner/mail/sender.h"
#include "scanner/mail_judge.h"

namespace sekisho::scanner::mail {

class Judge final : public MailJudge {
public:
    // `today`: asked once per mail.
    Judge(
        const model::MailSettings& settings, Lures lures, std::function<std::chrono::sys_days()> today = [] {
            return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
        });

    model::TextKey judge(const MailView& view, Budget& budget, Findings& findings) const override;
    void settle(std::vector<model::Finding>& findings) const override;

private:
    model::MailSettings settings_;
    Known known_;
    Lures lures_;
    std::function<std::chrono::sys_days()> today_;
};

}  // namespace sekisho::scanner::mail

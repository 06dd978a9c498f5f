// Attached pages that ask for a password and send it away: log-in pages as phishing mails attach them, and
// what looks like them and is honest. Envelopes of encrypted mail (Cisco, Proofpoint, banks) post a password
// as well, but carry the locked message that it opens; pages that open themselves send nothing.
//
// Known weaknesses: whose address the page carries is not compared with the recipient's; a field that a
// script makes is not seen; who puts a large value into a hidden field passes for an envelope.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scanner/extraction.h"
#include "scanner/html_tokens.h"

namespace sekisho::scanner::active {

// http, https or no scheme at all before "//": it leaves the page, which has no host of its own in a mail.
bool leaves(std::string_view url);

// One page. Findings on the part: html.form, html.form.script, html.login, html.login.address. Linear.
class LoginWatch {
public:
    LoginWatch(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    void open_form(const HtmlTag& tag);
    void set_action(std::string action) { action_ = std::move(action); }  // of a button: formaction
    void close_form();
    void take_input(const HtmlTag& tag);
    void take_script(std::string_view script);
    void finish();

private:
    const Part& part_;
    Extraction& extraction_;
    std::string action_;
    bool form_password_ = false;
    bool password_ = false;
    bool message_ = false;   // a hidden field with what the password opens
    std::string form_host_;  // that gets the password of a form
    std::string script_host_;
    std::string address_;  // of a person, filled in
};

}  // namespace sekisho::scanner::active

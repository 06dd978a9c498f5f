#include "scanner/mail/mail_header.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "scanner/mime/content.h"
#include "scanner/mime/header.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t longest_field = 8u << 10;
constexpr std::size_t most_results = 20;

std::string value_of(const mime::HeaderField& field) {
    const std::string text = mime::unfold(field.raw.substr(0, longest_field));
    return std::string(base::trim(text));
}

class Reader {
public:
    explicit Reader(base::Bytes message) : block_(mime::parse_header(message)) {}

    MailHeader read() const {
        MailHeader out;
        out.from = first_mailbox(text("From"));
        out.reply_to = first_mailbox(text("Reply-To"));
        out.sender = first_mailbox(text("Sender"));
        if (has("Return-Path")) out.return_path = first_mailbox(text("Return-Path"));
        out.subject = mime::decode_words(text("Subject"));
        out.message_id = text("Message-ID");
        out.date = read_date(text("Date"));
        out.in_thread = has("In-Reply-To") || has("References") || has("Thread-Index");
        const std::string precedence = base::to_lower(text("Precedence"));
        out.from_list = has("List-Id") || has("List-Post") || has("List-Unsubscribe") ||
                        precedence == "list" || precedence == "bulk";
        const std::string submitted = base::to_lower(text("Auto-Submitted"));
        out.automatic = (!submitted.empty() && submitted != "no") || has("X-Auto-Response-Suppress");
        out.names_program = has("User-Agent") || has("X-Mailer");
        read_repeated(out);
        mime::Ambiguities ambiguities;  // the reading of the parts reports them
        out.boundary = mime::read_content(
                           block_, "text/plain", [](std::string_view) { return false; }, ambiguities)
                           .boundary;
        return out;
    }

private:
    bool has(std::string_view name) const { return block_.find(name) != nullptr; }
    std::string text(std::string_view name) const {
        const mime::HeaderField* field = block_.find(name);
        return field == nullptr ? std::string() : value_of(*field);
    }

    void read_repeated(MailHeader& out) const {
        const mime::HeaderField* received = nullptr;
        for (const mime::HeaderField& field : block_.fields) {
            if (base::equals_ignoring_case(field.name, "Received")) received = &field;
            if (base::equals_ignoring_case(field.name, "Authentication-Results") &&
                out.authentication_results.size() < most_results)
                out.authentication_results.push_back(value_of(field));
        }
        if (received != nullptr) out.first_received = value_of(*received);
    }

    mime::HeaderBlock block_;
};

}  // namespace

MailHeader read_mail_header(base::Bytes message) { return Reader(message).read(); }

}  // namespace sekisho::scanner::mail

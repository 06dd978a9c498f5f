#include "scanner/active/pdf.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "scanner/active/pdf_actions.h"
#include "scanner/active/pdf_lock.h"
#include "scanner/active/pdf_names.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t small_document = 64u << 10;
constexpr std::uint64_t most_looks = 8;  // at each byte, before a document is taken for one with /Encrypt

bool is_pdf_blank(char c) { return base::is_space(c) || c == '\0'; }
bool ends_word(char c) {
    return is_pdf_blank(c) || std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}

// The tokens of one dictionary, as far as keys and their first values go. Of one that is badly nested, or has
// no end, readers make different things: there the keys count wherever they stand.
class Dictionary {
public:
    explicit Dictionary(std::string_view text) : text_(text) {}

    // False: no dictionary begins here.
    bool read() {
        skip_blanks();
        if (!text_.substr(at_).starts_with("<<")) return false;
        at_ += 2;
        is_array_.push_back(false);
        while (!is_array_.empty()) {
            skip_blanks();
            if (at_ >= text_.size()) break;
            step();
        }
        doubtful_ = doubtful_ || !is_array_.empty();
        return true;
    }
    std::size_t length() const { return at_; }
    bool has_encrypt() const { return encrypt_ || (doubtful_ && names_encrypt_); }
    bool is_xref() const { return xref_ || (doubtful_ && names_xref_); }

private:
    // One token.
    void step() {
        const std::string_view rest = text_.substr(at_);
        if (rest.starts_with(">>")) {
            close(false, rest.substr(0, 2));
        } else if (rest.front() == ']') {
            close(true, rest.substr(0, 1));
        } else if (rest.starts_with("<<") || rest.front() == '[') {
            note(rest.substr(0, 1));
            is_array_.push_back(rest.front() == '[');
            at_ += rest.front() == '[' ? 1u : 2u;
        } else if (rest.front() == '(') {
            note("(");
            skip_string();
        } else if (rest.front() == '<') {
            note("<");
            at_ = std::min(text_.find('>', at_), text_.size() - 1) + 1;
        } else {
            word();
        }
    }

    // A closing mark of the other kind is a value like any other, for qpdf as for pdf.js.
    void close(bool array, std::string_view token) {
        at_ += token.size();
        if (is_array_.back() == array) {
            is_array_.pop_back();
            return;
        }
        doubtful_ = true;
        note(token);
    }

    void word() {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && !ends_word(text_[at_]))
            ++at_;
        const std::string name = plain_pdf_name(text_.substr(begin, at_ - begin));
        names_encrypt_ = names_encrypt_ || name == "/Encrypt";
        names_xref_ = names_xref_ || name == "/XRef";
        note(name);
    }

    // Keys and values alternate. A reference is three words: the last two are neither a key nor asked for.
    void note(std::string_view token) {
        if (is_array_.size() != 1) return;
        if (!value_is_next_) {
            value_is_next_ = token.starts_with('/');
            if (value_is_next_) key_ = token;
            return;
        }
        value_is_next_ = false;
        encrypt_ = encrypt_ || (key_ == "/Encrypt" && token != "null");
        xref_ = xref_ || (key_ == "/Type" && token == "/XRef");
    }

    void skip_string() {
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '(') {
                ++depth;
            } else if (text_[at_] == ')' && --depth == 0) {
                break;
            }
        }
        at_ = std::min(at_ + 1, text_.size());
    }

    void skip_blanks() {
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == '%') {
                at_ = std::min(text_.find_first_of("\r\n", at_), text_.size() - 1);
            } else if (!is_pdf_blank(text_[at_])) {
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<bool> is_array_;  // what is open, dictionaries and arrays
    std::string key_;
    bool value_is_next_ = false;
    bool encrypt_ = false;
    bool xref_ = false;
    bool doubtful_ = false;
    bool names_encrypt_ = false;
    bool names_xref_ = false;
};

// ISO 32000-1 annex H, note 13: readers accept the header within the first 1,024 bytes.
Confidence recognise_pdf(base::Bytes head, std::string_view /*name*/) {
    constexpr std::size_t header_within = 1'024;
    const std::size_t at = base::as_text(base::head(head, header_within)).find("%PDF-");
    if (at == std::string_view::npos) return no_match;
    return at == 0 ? sure_match : good_match;
}

// A dictionary with /Encrypt behind `keyword`.
bool find_encrypt(std::string_view text, std::string_view keyword, bool must_be_xref, Budget& budget) {
    for (std::size_t at = text.find(keyword); at != text.npos; at = text.find(keyword, at)) {
        at += keyword.size();
        Dictionary dictionary(text.substr(at));
        const bool is_dictionary = dictionary.read();
        if (!budget.spend_steps(dictionary.length())) return false;
        if (is_dictionary && dictionary.has_encrypt() && (!must_be_xref || dictionary.is_xref())) return true;
    }
    return false;
}

}  // namespace

bool is_encrypted_pdf(base::Bytes bytes, Budget& budget) {
    const std::string_view text = base::as_text(bytes);
    if (!budget.spend_steps(bytes.size())) return false;
    return find_encrypt(text, "trailer", false, budget) || find_encrypt(text, "obj", true, budget);
}

// Ahead of the other rows in the table: an equal confidence is enough.
Confidence recognise_encrypted(base::Bytes head, std::string_view name) {
    const Confidence confidence = recognise_pdf(head, name);
    if (confidence == no_match) return no_match;
    // What is too tangled to be sure of is looked at again, at the message's expense.
    model::ScanLimits limits;
    limits.max_steps = most_looks * head.size() + small_document;
    Budget budget(limits, head.size());
    return is_encrypted_pdf(head, budget) || !budget.reached().empty() ? confidence : no_match;
}

// Also where a room that made the part calls it a PDF, and nobody looked at its bytes.
void open_encrypted(const Part& part, Extraction& extraction) {
    is_encrypted_pdf(part.bytes, extraction.budget()) ? open_encrypted_pdf(part, extraction)
                                                      : open_pdf(part, extraction);
}

Confidence recognise_active(base::Bytes head, std::string_view name) {
    const Confidence confidence = recognise_pdf(head, name);
    return confidence != no_match && may_act(head) ? confidence : no_match;
}

Turn turn_of_encrypted(const Part& /*part*/) { return Turn::locked; }

const Format encrypted_pdf_format{
    .name = "pdf-encrypted",
    .type = "application/pdf",
    .extensions = "pdf,ai",
    .recognise = recognise_encrypted,
    .turn = turn_of_encrypted,
    .open = open_encrypted,
    // A trailer with /Encrypt makes no other reader blind.
    .holds = Holds::ordinarily,
};

const Format pdf_format{
    .name = "pdf",
    .type = "application/pdf",
    .extensions = "pdf,ai",
    .recognise = recognise_active,
    .open = open_pdf,
    // Attached files stand in it as they are where its writer packs nothing.
    .holds = Holds::ordinarily,
};

const Format plain_pdf_format{
    .name = "pdf-plain",
    .type = "application/pdf",
    .extensions = "pdf,ai",
    .recognise = recognise_pdf,
    .risky = false,
    .holds = Holds::ordinarily,
};

}  // namespace sekisho::scanner::active

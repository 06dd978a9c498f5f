#include "scanner/active/pdf_lock.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scanner/active/pdf_document.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/pdf_lock.h"

namespace sekisho::scanner::active {

namespace {

using unlock::Fit;
using unlock::Key;
using unlock::KeySearch;
using unlock::PdfLock;

constexpr std::string_view default_label = "default";

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        auto facts = read_pdf_facts(part_.bytes, budget_);
        if (!facts) {
            if (!facts.error().message.empty()) find("document.damaged", facts.error().message);
            return leave_unread("its cross-reference table cannot be read");
        }
        // Readers differ about broken files: another may go by the trailer that names one.
        if (!facts->encrypted) return leave_unread("not in the trailer that counts");
        if (facts->handler != "Standard") return leave_unread("handler " + facts->handler);
        facts_ = std::move(*facts);
        const auto lock = PdfLock::open(facts_.encryption);
        if (!lock) return leave_unread(what());
        open(*lock);
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    void leave_unread(std::string_view why) {
        find("document.pdf.unread", fmt::format("PDF with /Encrypt: {}", why));
    }

    void open(const PdfLock& lock) {
        // Readers try the empty password before they ask anybody. It is no guess, and costs no try.
        if (budget_.spend_steps(lock.price().microseconds * 1'000)) {
            if (const auto key = lock.key_of({}))
                return add_plain(*key, {.label = std::string(default_label)});
        }
        KeySearch search(extraction_.passwords(), budget_, lock.password_bytes());
        std::string document_key;
        const auto key = search.find(lock.price(), [&](std::string_view password) {
            auto found = lock.key_of(password);
            if (!found) return Fit::no;
            document_key = std::move(*found);
            return Fit::exact;
        });
        if (key) return add_plain(document_key, *key);
        stay_shut(search);
    }

    void add_plain(std::string_view document_key, const Key& key) {
        Output output = extraction_.new_output();
        const PdfCopy copy = write_plain_pdf(part_.bytes, document_key, budget_, output);
        ChildSpec spec = child("decrypted");
        spec.flags.set(PartFlag::unlocked);
        spec.unlocked_by = key.label;
        spec.password = key.password;
        if (key.label == default_label) {
            find("document.encrypted.no-password", what());
        } else {
            find("document.encrypted.unlocked", key.label);
        }
        if (!copy.whole) {
            spec.flags.set(PartFlag::damaged);
            find("document.damaged", copy.problem);
        }
        if (output.size() == 0) return leave_unread("nothing of it could be decrypted");
        (void)extraction_.add_child(std::move(spec), std::move(output));
    }

    void stay_shut(const KeySearch& search) {
        if (search.ran_out()) budget_.reach("limit.passwords");
        if (search.too_dear()) find("document.encrypted.kdf-cost", what());
        find("document.encrypted.unopened", fmt::format("{}; {}", what(), search.tried()));
        (void)extraction_.add_skipped(child("encrypted"));  // a spent budget shows at the next child
    }

    ChildSpec child(std::string label) const {
        ChildSpec spec;
        spec.label = std::move(label);
        spec.name = part_.name;
        spec.opened_by = "pdf-encrypted";
        spec.flags.set(PartFlag::encrypted);
        return spec;
    }

    // "PDF, V 4, R 4, AES, 128 bits, permissions 0xfffff0c0, 2 pages, attached: a.exe"
    std::string what() const {
        const unlock::PdfEncryption& lock = facts_.encryption;
        std::string out = fmt::format("PDF, V {}, R {}, {}, permissions {:#x}", lock.version, lock.revision,
                                      facts_.cipher, lock.permissions);
        if (facts_.pages) out += fmt::format(", {} pages", *facts_.pages);
        if (!facts_.attachments.empty())
            out += fmt::format(", attached: {}", fmt::join(facts_.attachments, ", "));
        return out;
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    PdfFacts facts_;
};

}  // namespace

void open_encrypted_pdf(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::active

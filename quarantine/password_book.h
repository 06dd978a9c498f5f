// Passwords kept across mails: a locked archive comes in one mail, its password in another (PPAP).
//
// What was found in a mail is kept, sealed, under the pair of its sender and each of its recipients, and
// given for the next mail between the same two. Where the sender's domain is one organisation (no public mail
// provider, and the From field agrees with the envelope), it is kept for the domain and the recipient as
// well: the archive comes from one colleague, the password from another or from a machine. On disk there are
// HMACs and AES-256-GCM only (seal.h); who reads the database without the key file learns how many rows there
// are and when they came, no address and no password.
//
// Known weaknesses. The envelope sender is what the client says it is: who forges it can add passwords that
// are tried in vain, and push out those of that sender's domain, within the limits. A mail to more than
// max_recipients is remembered, and asked for, for the first of them only. Where `keep` is made shorter, what
// lies on disk is no longer given, but is deleted only when its old time is over. Gateways that share a key
// file do not share the book.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "config/settings.h"
#include "quarantine/correspondence.h"
#include "quarantine/public_domains.h"
#include "quarantine/seal.h"
#include "store/store.h"

namespace sekisho::quarantine {

struct Password {
    Secret text;             // UTF-8 as it stood, 1 to 256 bytes
    std::string label;       // class of the candidate, "keyword ja"; at most 100 bytes are kept
    std::string place;       // "mail text line 12"; at most 100 bytes are kept
    std::uint32_t rank = 0;  // 0 is the best
    std::chrono::system_clock::time_point at = {};  // when it came; what recall() gives has it
    bool operator==(const Password&) const = default;
};

// Thread-safe: it holds nothing that changes, and the store is.
class PasswordBook {
public:
    static constexpr std::size_t max_text = 256;     // longer ones are not kept
    static constexpr std::size_t max_recalled = 40;  // passwords for one mail
    static constexpr std::size_t max_recipients = 50;
    // 20 of a pair, or of a domain and a recipient; 100 of all that one organisation sent to a recipient; 500
    // of a recipient. The newest stay, then the best rank.
    static constexpr store::SealedLimits limits{.per_name = 20, .per_source = 100, .per_owner = 500};

    // `key`: of the quarantine's key file (ReleaseKey, which makes it and says what is wrong with it).
    // Cause::invalid where it is too short or a list of domains is not right. With keep = 0 the book is off:
    // nothing is written, nothing is given, and what is there is deleted here, or by expire() where the store
    // is lost now.
    static base::Result<std::unique_ptr<PasswordBook>> open(const config::PasswordSettings& settings,
                                                            base::Bytes key, store::Store& store);

    // Nothing is kept of outbound mail and of mail from <>. The same text again is renewed. Waits for the
    // disk, once for 250 rows (six recipients, as a rule); the first error ends it, Cause::unavailable after
    // ten seconds.
    base::Result<void> remember(const Correspondence& mail, std::span<const Password> passwords,
                                std::chrono::system_clock::time_point now);
    // Those of the pairs first, then those of the domains; the newest first, each text once. A row that does
    // not open is left out, and that is logged.
    base::Result<std::vector<Password>> recall(const Correspondence& mail,
                                               std::chrono::system_clock::time_point now);
    // Deletes what is past its time. Called about once a minute.
    base::Result<void> expire(std::chrono::system_clock::time_point now);

    bool on() const { return keep_.count() > 0; }

private:
    struct Names;  // of one recipient

    PasswordBook(std::chrono::seconds keep, std::unique_ptr<Seal> seal, PublicDomains public_domains,
                 store::Store& store);

    std::vector<Names> names_of(const Correspondence& mail) const;
    std::vector<store::SealedRow> rows_of(const Names& names, std::span<const Password> passwords,
                                          std::chrono::system_clock::time_point now) const;
    // Adds to `out` what the rows of these names hold.
    base::Result<void> gather(std::span<const std::string> names, std::chrono::system_clock::time_point now,
                              std::vector<Password>& out) const;

    const std::chrono::seconds keep_;
    const std::unique_ptr<Seal> seal_;
    const PublicDomains public_domains_;
    store::Store& store_;
};

// What is sealed: rank (4) | sizes of text (2), label (1), place (1) | these three | zeros up to a multiple
// of 64, so that the size of a row tells little of the password. Big endian.
Secret packed(const Password& password);
// Cause::malformed where it is anything else.
base::Result<Password> unpacked(std::string_view plain);

}  // namespace sekisho::quarantine

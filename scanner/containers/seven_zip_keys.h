// Passwords for the locked folders of one 7z archive.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/seven_zip_streams.h"
#include "scanner/passwords.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/seven_zip_lock.h"

namespace sekisho::scanner::containers {

// A password that opened a folder.
struct SevenZipOpened {
    std::string label;     // of where it came from
    std::string password;  // UTF-8
    unlock::Fit fit = unlock::Fit::exact;
    unlock::SevenZipKeys* keys = nullptr;  // the keyring's
};

// A folder has no check value, so each try decodes it, as far as the first member whose checksum is known.
// What opened one folder is tried on the next before anything else. Each key is derived once.
class SevenZipKeyring {
public:
    // Both outlive it.
    SevenZipKeyring(const Passwords& passwords, Budget& budget);

    // `packed`: the folder's packed streams; `members`: its own. Empty where no password fits or none may be
    // tried.
    std::optional<SevenZipOpened> open(const SevenZipFolder& folder, std::span<const base::Bytes> packed,
                                       std::span<const SevenZipMember> members);

    // Rounds of the key derivation that were too many to try: "2^24 rounds". Empty where there were none.
    const std::string& too_dear() const { return too_dear_; }
    bool ran_out() const { return search_.ran_out(); }
    std::string tried() const { return search_.tried(); }

private:
    using Derivations = std::vector<unlock::SevenZipDerivation>;

    bool affordable(const Derivations& wanted);
    bool pay_again(const Derivations& wanted, const unlock::SevenZipKeys& keys);
    unlock::SevenZipKeys& keys_of(std::string_view password);
    bool pay_for_length(const Derivations& wanted, std::string_view password);

    Budget& budget_;
    unlock::KeySearch search_;
    std::map<std::string, std::unique_ptr<unlock::SevenZipKeys>, std::less<>> keys_;  // by password, UTF-16LE
    std::vector<SevenZipOpened> opened_;
    std::vector<Derivations> searched_;  // in vain: whatever is tried again has its keys
    std::string too_dear_;
};

}  // namespace sekisho::scanner::containers

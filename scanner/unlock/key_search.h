// In which order passwords are tried on the locks of one container, and what that may cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/budget.h"
#include "scanner/passwords.h"

namespace sekisho::scanner::unlock {

// How well a key fits. `plausible`: what it decrypts makes sense, but its checksum does not hold; content is
// there, damaged by accident or on purpose.
enum class Fit : std::uint8_t { no, plausible, exact };

// Which bytes of a password go into the key derivation.
enum class PasswordBytes : std::uint8_t {
    utf8,           // RAR 5, ODF, PDF 2.0
    utf8_or_ansi,   // older PDF, where each writer takes what its system gives it: all are tried
    utf8_or_cp932,  // ZIP, where each archiver takes its own system's: both are tried
    utf16le,        // 7-Zip, RAR 3, Office
    ansi,           // XOR obfuscation: the code page of the writer's system, so several are tried
};

struct Key {
    std::string bytes;     // as the format wants them
    std::string password;  // the same as text, UTF-8: to blot it out wherever the mail is shown
    std::string label;     // "keyword ja": what reports may say; never the password
    Fit fit = Fit::exact;
};

// What one try costs in microseconds, measured on a slow machine of the day and rounded up.
struct Price {
    std::uint64_t microseconds = 1;
    // Every number of one to four digits is tried as well: 11,110 tries, where one costs next to nothing.
    bool numbers = false;
};

// Tries keys on the locks of one container: those that opened one of them before, then the candidates,
// likeliest first. Each try is charged before it is made. Once a whole search has failed, further locks get
// the likeliest few only, so that an archive of a thousand locked members costs no thousand searches.
class KeySearch {
public:
    // Both outlive it.
    KeySearch(const Passwords& passwords, Budget& budget, PasswordBytes bytes);

    // Ahead of all candidates, in the order of the calls and before the first find(): what every reader of a
    // format tries by itself. UTF-8.
    void try_first(std::string_view password, std::string_view label);

    // A key that fits without its checksum is taken where no other fits. `fits` may spend more of the Budget.
    using Fits = std::function<Fit(std::string_view key)>;
    std::optional<Key> find(Price price, const Fits& fits);

    // One derivation costs more than max_kdf_ms: none was tried.
    bool too_dear() const { return too_dear_; }
    // Not everything was tried: the Budget refused a try, or candidates were dropped when they were
    // collected.
    bool ran_out() const;
    // "3 of 120 passwords tried": for the evidence of a lock that stays shut.
    std::string tried() const;

private:
    void prepare();
    void add(const std::string& password, const std::string& label);
    bool affordable(Price price);
    std::optional<Key> attempt(Key key, const Fits& fits);
    std::optional<Key> search(Price price, const Fits& fits);
    std::optional<Key> search_numbers(Price price, const Fits& fits);

    const Passwords& passwords_;
    Budget& budget_;
    PasswordBytes bytes_;
    bool prepared_ = false;
    std::vector<Key> first_;  // without bytes yet
    std::vector<Key> tries_;
    std::vector<Key> known_;        // opened a lock of this container
    std::optional<Key> plausible_;  // the first that fits without its checksum
    std::size_t tried_ = 0;         // of tries_, in the longest search
    bool failed_once_ = false;
    bool ran_out_ = false;
    bool too_dear_ = false;
};

}  // namespace sekisho::scanner::unlock

// The passwords of one RAR archive: which lock each opens, and the keys that come of it.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scanner/containers/archive_reader.h"
#include "scanner/containers/rar_member.h"
#include "scanner/extraction.h"
#include "scanner/unlock/key_search.h"

namespace sekisho::scanner::containers {

struct RarOpened {
    unlock::RarKey key;
    unlock::Key found;
};

// Members with the same salt, cost and check value have one lock, which is searched once. Keys are derived
// once for each password and salt. The Budget pays for the derivations and for what is decoded to check a
// key.
class RarKeys {
public:
    RarKeys(Extraction& extraction, ArchiveKind kind);

    // For the headers of an archive that are locked.
    std::optional<unlock::RarKey> for_headers(const unlock::RarLock& lock,
                                              const std::function<bool(const unlock::RarKey&)>& holds);
    // What opened them; null where nothing did.
    const RarOpened* headers() const { return header_lock_ ? of(*header_lock_) : nullptr; }
    // Searches the locks of all members, that of the smallest first.
    void search(std::span<const RarMember> members);
    // For a member that cannot be checked alone, since it goes on with those before it: the key that
    // another's password would make. Nothing where the Budget refuses. Once it has proved right it is kept.
    std::optional<RarOpened> assume(const unlock::RarLock& lock, const unlock::Key& found);
    void keep(const unlock::RarLock& lock, RarOpened opened);
    // Null where none fits. Valid as long as this is.
    const RarOpened* of(const unlock::RarLock& lock) const;

    // The most rounds of a lock that was not tried because they cost too much; none: all were tried.
    std::optional<unsigned> too_dear() const { return too_dear_; }
    bool ran_out() const { return ran_out_ || search_.ran_out(); }
    // For evidence; empty where nothing could be tried.
    std::string tried() const { return searched_ ? search_.tried() : std::string(); }

private:
    using Members = std::vector<const RarMember*>;
    // Null where the Budget refuses what a long password costs beyond its price.
    const unlock::RarKey* derive(const unlock::RarLock& lock, std::string_view password);
    bool affordable(const unlock::RarLock& lock);
    void open(const unlock::RarLock& lock, unlock::Key found);
    unlock::Fit fit_of(const Members& samples, const unlock::RarLock& lock, std::string_view password);
    unlock::Fit fit_of_data(const RarMember& member, const unlock::RarKey& key);

    Budget& budget_;
    ArchiveKind kind_;
    unlock::KeySearch search_;
    std::map<std::string, unlock::RarKey> derived_;  // by lock and password
    std::map<std::string, RarOpened> opened_;        // by lock
    std::optional<unlock::RarLock> header_lock_;     // the last that was asked for
    std::optional<unsigned> too_dear_;
    bool searched_ = false;
    bool ran_out_ = false;
};

}  // namespace sekisho::scanner::containers

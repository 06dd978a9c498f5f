// Cuts the bytes of a 7z folder into its members.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "scanner/containers/seven_zip_streams.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::containers {

// Takes a folder's bytes in order and makes a child of each member as soon as it is whole.
class SevenZipMembers {
public:
    // `spec_of(i)` describes the i-th member; `damaged(i)` is told once for each whose checksum does not hold
    // or that broke off. All outlive it.
    using SpecOf = std::function<ChildSpec(std::size_t)>;
    using Damaged = std::function<void(std::size_t)>;
    SevenZipMembers(std::span<const SevenZipMember> members, Extraction& extraction, const SpecOf& spec_of,
                    const Damaged& damaged);

    // False: the Budget is spent.
    bool put(base::Bytes bytes);
    // Hands on what is there of a member that is not whole, unless nothing is.
    void finish(bool is_damaged);
    // Members that became children. The rest are to be listed.
    std::size_t done() const { return done_; }

private:
    bool begin_next();
    bool write(base::Bytes bytes);
    bool hand_on(bool is_whole, bool is_damaged);

    std::span<const SevenZipMember> members_;
    Extraction& extraction_;
    const SpecOf& spec_of_;
    const Damaged& damaged_;
    std::size_t done_ = 0;
    std::optional<Output> output_;  // of the member at hand
    std::uint64_t left_ = 0;        // of it
    std::uint32_t crc_ = 0;
};

}  // namespace sekisho::scanner::containers

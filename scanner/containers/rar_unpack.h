// The members of a RAR archive, decrypted and decoded. Those of RAR 3 go through a decoder of our own, those
// of RAR 5 through libarchive. That opens no locked RAR and gives up a whole archive for one bad header, so
// it is handed an archive that is made for it as it reads: a plain header for each member, then its bytes as
// they come out of the cipher. Nothing is copied together.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/containers/rar3_unpack.h"
#include "scanner/containers/rar_member.h"

namespace sekisho::scanner::containers {

// Both outlive whatever reads it. No key: the member is not locked.
struct RarPacked {
    const RarMember* member = nullptr;
    const unlock::RarKey* key = nullptr;
};

struct RarUnpacked {
    using State = Rar3Unpacked::State;
    enum class Checksum : std::uint8_t { none, holds, fails };
    State state = State::whole;
    Checksum checksum = Checksum::none;
    std::uint64_t size = 0;  // bytes that went out
    std::string warning;     // why it is not whole, in the decoder's own words; may be empty
};

using RarSink = std::function<bool(base::Bytes)>;  // false: no more

// One that is stored: nothing is decoded, at most as many bytes as are said go out.
RarUnpacked unpack_stored(const RarPacked& packed, const RarSink& sink);

// One of RAR 3 that is compressed. `decoder` has seen the members before it that it goes on with.
RarUnpacked unpack_rar3(const RarPacked& packed, Rar3Unpack& decoder, const RarSink& sink);

// Compressed members of RAR 5 that share a dictionary, or one alone. The dictionary's memory is charged to
// the Budget as long as it lives.
class RarRun {
public:
    // A spent Budget is Cause::limit.
    static base::Result<RarRun> open(std::vector<RarPacked> run, Budget& budget);
    ~RarRun();
    RarRun(RarRun&&) noexcept;
    RarRun& operator=(RarRun&&) noexcept;

    // Of the member that next() will read; null at the end, and once the decoder has failed for good.
    const RarMember* upcoming() const;
    RarUnpacked next(const RarSink& sink);

private:
    struct Impl;
    explicit RarRun(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::scanner::containers

// A compound file once more, with other bytes in some of its streams: how a decrypted document reaches the
// readers and rules that know the plain one.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/office/cfb.h"
#include "scanner/output.h"

namespace sekisho::scanner::office {

class CfbEdit {
public:
    // `cfb` and the `file` it was read from outlive it.
    CfbEdit(Cfb& cfb, base::Bytes file, Budget& budget) : cfb_(cfb), file_(file), budget_(budget) {}

    // `plain`: what stands in the stream `index` from its first byte on, no longer than the stream. Where
    // streams share bytes, the one that begins first keeps them.
    void replace(std::uint32_t index, Output plain);
    bool empty() const { return patches_.empty(); }

    // The whole file, sector by sector as it was. What `output` refuses shows there.
    void write(Output& output);

private:
    struct Patch {
        std::uint64_t offset;  // in the file
        base::Bytes bytes;
    };
    Cfb& cfb_;
    base::Bytes file_;
    Budget& budget_;
    std::vector<Patch> patches_;
    std::vector<StoragePtr> storages_;  // keep the bytes of patches_
};

}  // namespace sekisho::scanner::office

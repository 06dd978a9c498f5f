// The filters of RAR 3: what an archiver did to a stretch of a file so that it packs better, undone. The
// format has a virtual machine for them and packs its programs; every archiver writes the same six, which are
// known by their size and CRC-32, and no program is run. (unRAR's rarvm.cpp and 7-Zip's Rar3Vm.cpp.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace sekisho::scanner::containers {

enum class Rar3FilterKind : std::uint8_t {
    unknown,  // any other program
    e8,       // addresses behind x86's CALL
    e8e9,     // and behind JMP
    itanium,  // addresses in Itanium's bundles
    delta,    // differences between bytes of one channel
    rgb,      // differences between pixels
    audio,    // differences from predicted samples
};

Rar3FilterKind rar3_filter_kind(base::Bytes program);

constexpr std::size_t max_rar3_filtered = 256u << 10;  // bytes of one stretch: the machine's memory

// One stretch that is filtered.
struct Rar3Filter {
    Rar3FilterKind kind = Rar3FilterKind::unknown;
    std::uint64_t start = 0;  // counted from the first byte that the decoder made
    std::uint32_t length = 0;
    std::uint32_t channels = 0;  // register 0; of rgb the bytes of a row
    std::uint32_t position = 0;  // register 1; of rgb that of the red bytes
};

// Undoes a filter over `data`, which is `offset` bytes into its file; `scratch` is as large as `data`. False:
// unknown, or its registers make no sense; `data` is as it was then. Linear.
bool undo_rar3_filter(const Rar3Filter& filter, std::uint64_t offset, std::span<std::uint8_t> data,
                      std::span<std::uint8_t> scratch);

// The programs that an archive has defined, and the stretches that wait for their bytes, in order.
class Rar3Filters {
public:
    // Another file: what waits is dropped, and the programs too where it begins anew.
    void start_file(bool anew);

    // A definition as it stands in the archive, behind its first byte `flags`, at `position` of the decoder.
    // False: malformed, or it goes back behind another stretch.
    bool read(std::uint8_t flags, base::Bytes definition, std::uint64_t position);

    bool empty() const { return waiting_.empty(); }
    const Rar3Filter& front() const { return waiting_.front(); }
    void pop() { waiting_.pop_front(); }

private:
    struct Program {
        Rar3FilterKind kind = Rar3FilterKind::unknown;
        std::uint32_t length = 0;  // of the stretch it was last used for
    };
    std::vector<Program> programs_;
    std::size_t last_ = 0;  // of programs_
    std::deque<Rar3Filter> waiting_;
};

}  // namespace sekisho::scanner::containers

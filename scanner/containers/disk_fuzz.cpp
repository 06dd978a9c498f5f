#include <span>

#include "scanner/containers/image_files.h"
#include "scanner/containers/vhd.h"
#include "scanner/containers/vhdx.h"
#include "scanner/containers/volumes.h"
#include "scanner/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

// Everything but libarchive's view of a disc, which archive_fuzz opens.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    namespace containers = sekisho::scanner::containers;
    const auto bytes = std::as_bytes(std::span(data, size));
    containers::Disk disk(bytes);
    if (auto vhd = containers::open_vhd(bytes)) disk = vhd->disk;
    if (auto vhdx = containers::open_vhdx(bytes)) disk = vhdx->disk;
    const sekisho::scanner::Part part = sekisho::scanner::test_part(bytes, "a.img");
    sekisho::scanner::TestExtraction extraction({.max_steps = 100'000'000}, size);
    containers::ImageFiles files(part, extraction);
    containers::read_disk(disk, 512, files);
    files.report();
    // Whatever comes out was charged, views too.
    std::uint64_t out = 0;
    for (const auto& child : extraction.children)
        out += child.bytes.size();
    if (out > extraction.budget().limits().max_bytes_out) __builtin_trap();
    return 0;
}

#include "scanner/containers/blake2sp.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/hash.h"
#include "scanner/containers/test_tools.h"

namespace sekisho::scanner::containers {
namespace {

constexpr std::size_t sizes[] = {0,   1,   63,  64,  65,    127,   128,   511,   512,
                                 513, 575, 576, 577, 1'023, 1'024, 4'096, 70'001};

std::string digest_of(base::Bytes bytes, std::size_t piece) {
    Blake2sp hash;
    while (!bytes.empty()) {
        const base::Bytes next = base::head(bytes, piece);
        hash.update(next);
        bytes = bytes.subspan(next.size());
    }
    return base::hex(base::as_bytes(hash.finish()));
}

// Python's hashlib has the parameters of a tree, and so makes the eight leaves and the root one by one.
TEST(Blake2sp, IsWhatPythonMakesOfItsNodes) {
    const Scratch scratch;
    scratch.write("sums.py",
                  "import hashlib, sys\n"
                  "def node(data, offset, depth, last):\n"
                  "    return hashlib.blake2s(data, fanout=8, depth=2, leaf_size=0, node_offset=offset,\n"
                  "                           node_depth=depth, inner_size=32, last_node=last).digest()\n"
                  "whole = open('text', 'rb').read()\n"
                  "for size in map(int, sys.argv[1:]):\n"
                  "    blocks = [whole[i:min(i + 64, size)] for i in range(0, size, 64)]\n"
                  "    leaves = [node(b''.join(blocks[i::8]), i, 0, i == 7) for i in range(8)]\n"
                  "    print(node(b''.join(leaves), 0, 1, True).hex())\n");
    const std::string text = sample_text(70'001);
    scratch.write("text", text);
    std::string command = "/usr/bin/python3 sums.py";
    for (const std::size_t size : sizes)
        command += " " + std::to_string(size);
    scratch.run(command + " >sums");
    std::istringstream sums(scratch.read("sums"));
    for (const std::size_t size : sizes) {
        std::string expected;
        std::getline(sums, expected);
        for (const std::size_t piece : {1u, 7u, 64u, 100'000u})
            EXPECT_EQ(digest_of(base::as_bytes(text).first(size), piece), expected)
                << size << " by " << piece;
    }
}

}  // namespace
}  // namespace sekisho::scanner::containers

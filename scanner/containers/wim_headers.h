// The outer structure of a WIM (Microsoft's "Windows Imaging File Format (WIM)" white paper of 2007; solid
// resources as wimlib describes them): header, table of blobs, and the metadata of an image, which names
// files by the SHA-1 of their bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/budget.h"
#include "scanner/containers/wim_codec.h"

namespace sekisho::scanner::containers {

using Sha1 = std::array<std::uint8_t, 20>;

// A stretch of the file, perhaps packed.
struct WimResource {
    std::uint64_t packed = 0;  // 56 bits
    std::uint64_t offset = 0;  // in the file; of a blob in a solid resource, in what that one unpacks to
    std::uint64_t size = 0;    // of the plain bytes
    bool metadata = false;
    bool compressed = false;
    bool spanned = false;  // over several parts
    bool solid = false;
};

struct WimHeader {
    WimMethod method = WimMethod::none;
    std::uint32_t chunk = 0;  // plain bytes of each
    std::uint16_t part = 1;
    std::uint16_t parts = 1;
    std::uint32_t images = 0;
    WimResource blobs;  // the table
};
// truncated; malformed: no WIM; unsupported: flags of a method that is not known.
base::Result<WimHeader> read_wim_header(base::Bytes file);

struct WimBlob {
    WimResource resource;
    std::uint16_t part = 1;
    Sha1 hash{};
    // A solid resource itself: its blobs follow, or stand elsewhere in the table.
    bool is_solid_resource() const;
};
// As many as `table` holds whole.
std::vector<WimBlob> read_wim_blobs(base::Bytes table);

// One stream of a file in an image.
struct WimFile {
    std::string path;  // "dir/file" or "dir/file:stream", UTF-8
    Sha1 hash{};       // zeros: it is empty
};
struct WimTree {
    std::vector<WimFile> files;
    bool damaged = false;  // it ends or loops where it should go on
};
// From the plain metadata of one image, up to one file more than `max_files`. Linear: no more bytes of
// entries and streams are read than there are, whatever points to them; each path is charged to `budget`,
// which ends the walk.
WimTree read_wim_tree(base::Bytes metadata, std::size_t max_files, Budget& budget);

}  // namespace sekisho::scanner::containers

// The records of an NTFS master file table. There is no specification by Microsoft; the facts are those of
// the Linux kernel's and NTFS-3G's layout headers and of [MS-FSCC] for attributes of files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/containers/disk.h"

namespace sekisho::scanner::containers {

// Types of attributes that are read here.
constexpr std::uint32_t ntfs_standard_information = 0x10;
constexpr std::uint32_t ntfs_file_name = 0x30;
constexpr std::uint32_t ntfs_data = 0x80;
constexpr std::uint32_t ntfs_reparse_point = 0xC0;

struct NtfsAttribute {
    std::uint32_t type = 0;
    std::string name;  // UTF-8; of a named stream
    bool resident = true;
    bool compressed = false;
    bool encrypted = false;
    bool unknown_packing = false;  // compressed in a way that is not LZNT1

    std::vector<std::byte> value;  // resident

    // Not resident. An attribute that does not fit a record goes on in others, each with its first cluster.
    std::uint64_t first_cluster = 0;
    std::uint64_t size = 0;
    std::uint64_t valid = 0;    // bytes from the beginning that were ever written
    std::uint64_t unit = 0;     // clusters that are compressed together
    std::vector<DiskRun> runs;  // bytes of the volume
    bool damaged = false;       // the list of runs is broken
};

struct NtfsRecord {
    bool in_use = false;
    bool directory = false;
    std::optional<std::uint64_t> base;  // number of the record that this one continues
    std::vector<NtfsAttribute> attributes;
    bool damaged = false;  // torn, or its attributes break off
};

struct NtfsName {
    std::uint64_t parent = 0;  // number of the directory's record
    std::string name;          // UTF-8
    std::uint32_t flags = 0;   // FILE_ATTRIBUTE_*, [MS-FSCC] 2.6
    bool dos = false;          // the short name beside another one
};

// malformed: no record. Copies what it needs. Linear in `raw`.
base::Result<NtfsRecord> read_ntfs_record(base::Bytes raw, std::uint32_t cluster);
base::Result<NtfsName> read_ntfs_name(base::Bytes value);

}  // namespace sekisho::scanner::containers

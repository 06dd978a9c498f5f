// The content of a stream of an NTFS file: resident, in runs, sparse or compressed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"
#include "scanner/containers/ntfs_record.h"

namespace sekisho::scanner::containers {

// Puts the runs of `part` behind those of `whole` where they continue it; a gap damages it. False: `part` is
// no data in runs, or belongs elsewhere.
bool append_part(NtfsAttribute& whole, const NtfsAttribute& part, std::uint32_t cluster);

// The streams of a file by their names, each with all of its runs.
std::map<std::string, NtfsAttribute> join_streams(std::vector<NtfsAttribute>& attributes,
                                                  std::uint32_t cluster);

// Adds what `data` holds as the child `file`, whose runs this fills in. False: a limit ended it.
bool add_stream(const Disk& disk, std::uint32_t cluster, const NtfsAttribute& data, ImageFile file,
                ImageFiles& out);

}  // namespace sekisho::scanner::containers

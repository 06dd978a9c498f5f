// The headers of a 7z archive: where they stand, and what they say (7zFormat.txt, "SignatureHeader",
// "Headers", "Files Info").
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "scanner/containers/seven_zip_streams.h"

namespace sekisho::scanner::containers {

// Where the archive begins: 0 where the signature does, else the offset of a signature header whose checksum
// holds, in the first megabyte; bytes.size() where there is none. 7-Zip looks for one too.
std::size_t find_seven_zip(base::Bytes bytes);

// Where the header stands. Views into the archive.
struct SevenZipStart {
    base::Bytes rest;    // all behind the start header: packed streams count from here
    base::Bytes header;  // empty: an archive without members
    base::Bytes behind;  // bytes that no archive needs
    std::string damage;  // of the start header, as text of ours; empty where all is well
};

// `archive` begins with the signature. A start header that was never written, since the writer was
// interrupted, is made up for as 7-Zip does it: by a look for the header in the last 512 bytes. Fails where
// no header can be found.
base::Result<SevenZipStart> read_seven_zip_start(base::Bytes archive);

struct SevenZipFile {
    base::Bytes name;        // UTF-16LE, a view into the header
    bool has_bytes = true;   // it is the next member of the folders
    bool directory = false;  // only where it has none
};

struct SevenZipHeader {
    bool encoded = false;             // the bytes of `streams`' one folder are the real header
    SevenZipStreams streams;          // of the members
    std::vector<SevenZipFile> files;  // at most max_seven_zip_members
    bool too_many = false;            // there were more
};

// Views into `header`. Errors as of read_seven_zip_streams. Linear.
base::Result<SevenZipHeader> read_seven_zip_header(base::Bytes header);

}  // namespace sekisho::scanner::containers

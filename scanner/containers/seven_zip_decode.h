// One folder of a 7z archive, decoded.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/containers/seven_zip_streams.h"
#include "scanner/containers/zip_decode.h"
#include "scanner/unlock/seven_zip_lock.h"

namespace sekisho::scanner::containers {

struct SevenZipDecoded {
    Decoded::State state = Decoded::State::whole;
    bool window_refused = false;  // why it was refused: another folder may do with less memory
    std::string reason;           // of what is damaged or unsupported: text of ours, or of libarchive
};

// Chains of one coder behind the other go through liblzma (LZMA, LZMA2, Delta, and the branch filters that
// liblzma 5.4 has), and through the decoders of ZIP members (stored, deflate, deflate64, bzip2, zstd). PPMd
// and folders that branch (BCJ2) go through libarchive, in an archive of their own. AES may stand anywhere in
// a chain, and at the leaves of a folder that branches.
//
// `packed`: the folder's packed streams, each as far as it is there. `keys` of the password; may be null
// where the folder is not locked. `sink` gets no more than folder.size() bytes; false from it: refused.
// Decoders' windows and whatever lies between two decoders are charged to the Budget.
SevenZipDecoded decode_seven_zip(const SevenZipFolder& folder, std::span<const base::Bytes> packed,
                                 unlock::SevenZipKeys* keys, Budget& budget,
                                 const std::function<bool(base::Bytes)>& sink);

// "coder 0B" where a coder of the folder has no decoder here, whatever its properties; otherwise empty.
std::string unknown_coder(const SevenZipFolder& folder);

// True where a wrong key is noticed by the decoder that reads the decrypted bytes, so that bytes which come
// out without an error are no accident.
bool notices_wrong_key(const SevenZipFolder& folder);

}  // namespace sekisho::scanner::containers

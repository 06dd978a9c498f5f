// A message on its way into the sandbox: a memfd that nobody can change any more.
#pragma once

#include "base/bytes.h"
#include "base/fd.h"
#include "base/result.h"

namespace sekisho::sandbox {

// Nobody can write to it, shrink it or make it grow from here on. Fails while a writable mapping of it
// exists.
base::Result<void> seal_message(int fd);

// The bytes in a sealed memfd of their own.
base::Result<base::UniqueFd> make_message(base::Bytes bytes);

// True when the descriptor is a memfd sealed as above.
bool is_sealed(int fd);

}  // namespace sekisho::sandbox

// The key of a text (model/text_key.h): near-same texts get keys that share a band.
//
// MinHash over runs of words (A. Broder, "On the resemblance and containment of documents", 1997), the least
// hashes in bands (locality-sensitive hashing). Of Chinese and Japanese, runs of characters.
//
// Known weaknesses: a text that is put together anew for each mail, word by word, has another key each time;
// a disclaimer that no rule here knows is part of the text, and makes short texts alike.
#pragma once

#include <string_view>

#include "model/text_key.h"

namespace sekisho::scanner::mail {

// `fresh`: UTF-8, what the sender wrote, without what is quoted (split_thread()). Of its first 16 KB, without
// the greeting, the signature, disclaimers, numbers, addresses and links. 0 where less than a sentence is
// left. Linear.
model::TextKey text_key(std::string_view fresh);

}  // namespace sekisho::scanner::mail

// What stands for a content in counters: of an attachment half of its hash, with the lowest bit clear; of a
// text its model::TextKey, of which the lowest bit is set.
#pragma once

#include <cstdint>

#include "model/text_key.h"

namespace sekisho::outbound {

using ContentKey = std::uint64_t;

constexpr ContentKey attachment_key(std::uint64_t hash) { return hash & ~ContentKey{1}; }
// `text`: not 0.
constexpr ContentKey text_content_key(model::TextKey text) { return text | 1; }

// Texts that are near-same count as one.
constexpr bool same_content(ContentKey a, ContentKey b) {
    return a == b || ((a & b & 1) != 0 && model::near_same(a, b));
}

}  // namespace sekisho::outbound

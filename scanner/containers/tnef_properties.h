// The list of MAPI properties in an attribute of TNEF, [MS-OXTNEF] 2.1.3.4.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/cursor.h"
#include "base/result.h"
#include "scanner/mapi.h"

namespace sekisho::scanner::containers {

// Reads one list from its beginning to its end; each value of a property with several is one by itself.
// Values are views. Linear: each takes at least four bytes of the list.
class TnefProperties {
public:
    explicit TnefProperties(base::Bytes list);

    // Nothing at the end, and where the list cannot be read further: then damaged() is true. A value that is
    // cut off is given as far as it goes.
    std::optional<mapi::Property> next();
    bool damaged() const { return damaged_; }

private:
    base::Result<void> begin_property();
    base::Result<void> skip_name();
    base::Result<mapi::Property> value();
    void skip_padding(std::size_t size);

    base::Cursor in_;
    std::uint32_t properties_left_ = 0;
    std::uint32_t values_left_ = 0;  // of the property at hand
    std::uint64_t fixed_size_ = 0;   // of its values; 0: each says how long it is
    mapi::Property property_;
    bool damaged_ = false;
};

}  // namespace sekisho::scanner::containers

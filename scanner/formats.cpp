#include "scanner/format.h"

#include <vector>

namespace sekisho::scanner {

std::span<const Format> formats() {
    static const std::vector<Format> table;
    return table;
}

}  // namespace sekisho::scanner

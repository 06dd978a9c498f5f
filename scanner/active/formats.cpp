#include "scanner/active/formats.h"

#include <vector>

#include "scanner/active/executables.h"
#include "scanner/active/magic_numbers.h"
#include "scanner/active/scripts.h"

namespace sekisho::scanner::active {

std::span<const Format> formats() {
    static const std::vector<Format> all = [] {
        std::vector<Format> out;
        for (const auto rows : {executable_formats(), magic_formats(), script_formats()}) {
            out.insert(out.end(), rows.begin(), rows.end());
        }
        return out;
    }();
    return all;
}

}  // namespace sekisho::scanner::active

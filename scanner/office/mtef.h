// Equations as Equation Editor 3 stored them: MTEF up to version 3, behind an EQNOLEFILEHDR or bare.
//
// EQNEDT32 copies a font's name, and the parts of a matrix, into arrays on its stack (CVE-2017-11882,
// CVE-2018-0802, CVE-2018-0798). Windows has long taken the program away, but documents for it still travel.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace sekisho::scanner::office {

enum class MtefVerdict : std::uint8_t {
    plain,      // nothing in it that the editor would not write
    newer,      // of version 4 or 5: MathType's own, which EQNEDT32 does not read
    no_header,  // neither a header nor MTEF
    overlong,   // a font's name, or a matrix, that has no room where it goes
};
std::string_view to_string(MtefVerdict verdict);
constexpr bool is_exploit(MtefVerdict verdict) {
    return verdict == MtefVerdict::no_header || verdict == MtefVerdict::overlong;
}

// Linear. Of a record that is not known, or cut, nothing is said: what stands before it counts.
MtefVerdict judge_mtef(base::Bytes native_data);

}  // namespace sekisho::scanner::office

// Extensions as Windows sees them.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "scanner/extensions.h"

namespace sekisho::scanner::active {

// Lower case, without the dot. Blanks and dots at the end of a name are dropped, as Windows does.
inline std::string windows_extension(std::string_view name) {
    while (!name.empty() && (name.back() == '.' || name.back() == ' '))
        name.remove_suffix(1);
    return base::extension_of(name);
}

// Scripts, executables, shortcuts and disk images.
inline bool is_dangerous_extension(std::string_view extension) {
    return is_dangerous(risk_of_extension(extension));
}

}  // namespace sekisho::scanner::active

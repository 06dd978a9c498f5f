// HTML Help files (.chm): pages, scripts and whatever else they carry become children, opened_by "chm".
#pragma once

#include "scanner/format.h"

namespace sekisho::scanner::containers {

// Windows opens one with the rights of whoever clicks on it, scripts and all: `file.script`.
extern const Format chm_format;

}  // namespace sekisho::scanner::containers

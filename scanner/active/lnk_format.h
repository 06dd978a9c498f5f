// Shortcuts as parts: findings lnk.*, the command as a child, and what hangs behind the end.
#pragma once

#include "scanner/active/lnk.h"
#include "scanner/format.h"

namespace sekisho::scanner::active {

// Findings on what a link starts. `own_name`: of the shortcut's file; may be empty.
void judge_shell_link(const ShellLink& link, std::string_view own_name, model::PartId part,
                      Findings& findings);

// Children: `command` (the targets with their arguments, text), `overlay` (what stands behind the terminal
// block, a view).
extern const Format lnk_format;

}  // namespace sekisho::scanner::active

// The Engine on libyara 4.2. Nothing is used that 4.5 lacks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "scanner/engine.h"

namespace sekisho::scanner::rules {

// Reads, tries and compiles all rules of the directories. What does not compile is skipped and named in
// table().problems. Cause::invalid where rules were meant to load and not one did: files without
// a rule that compiles, or no folder of that name.
// Opens files and allocates: before the sandbox closes. libyara's global state is set up once per process.
base::Result<std::unique_ptr<Engine>> load_yara(const std::vector<std::string>& directories);

}  // namespace sekisho::scanner::rules

// What a rule's condition asks for, as far as it can be told from its words.
#pragma once

#include <span>
#include <string_view>

namespace sekisho::scanner::rules {

// `tokens`: those between `condition:` and the closing brace (rule_source.h), as they stand. True: the
// condition holds only where at least one string of the rule is found. False where it may hold without any,
// and wherever that is not plain: any form but `$a`, `$a at ..`, `$a in ..`, `#a > n`, `#a >= n`, `any|all|n
// of
// ..`, `for any of ..`, put together by `and`, `or` and parentheses.
bool needs_string(std::span<const std::string_view> tokens);

}  // namespace sekisho::scanner::rules

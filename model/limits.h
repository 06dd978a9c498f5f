// What one scan may cost. All of it is charged to the Budget (scanner/budget.h) before it is spent.
#pragma once

#include <chrono>
#include <cstdint>

namespace sekisho::model {

struct ScanLimits {
    std::uint32_t max_depth = 16;                      // parts within parts; deeper: limit.depth
    std::uint32_t max_parts = 10'000;                  // per message; more: limit.parts
    std::uint64_t max_bytes_out = 768u << 20;          // decoded bytes of all parts; more: limit.bytes
    std::uint64_t max_part_bytes = 640u << 20;         // decoded bytes of one part; more: limit.part-bytes
    std::uint64_t max_resident_bytes = 192u << 20;     // memory that decoded parts really take; limit.memory
    std::uint64_t max_ratio_bytes = 64u << 20;         // decoded bytes at a ratio over 100:1; limit.ratio
    std::uint32_t max_findings = 1'000;                // kept per message; more: limit.findings
    std::uint64_t max_password_cost = 2'000'000;       // microseconds of key derivation; limit.passwords
    std::uint64_t max_kdf_ms = 2'000;                  // one derivation dearer than this is never tried
    std::uint64_t max_steps = 4'000'000'000;           // decoder steps (bytes touched); limit.steps
    std::chrono::milliseconds max_time{60'000};        // wall clock, queue time included; limit.time
    std::chrono::milliseconds max_rules_time{10'000};  // YARA per message; yara.partial
};

}  // namespace sekisho::model

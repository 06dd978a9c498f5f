// Parts that only some readings of a message see: which of them are worth an alarm.
#pragma once

#include <span>
#include <vector>

#include "model/scan_report.h"
#include "scanner/findings.h"
#include "scanner/format.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// mime.ambiguous.hidden for an archive, document, script or program that the ordinary reading does not see.
// Whether the same bytes are seen elsewhere is known at the end of the scan alone.
class HiddenParts {
public:
    void note(const Part& part, const Format* format);
    void report(std::span<const model::PartSummary> parts, Findings& findings) const;

private:
    std::vector<PartId> parts_;
};

}  // namespace sekisho::scanner

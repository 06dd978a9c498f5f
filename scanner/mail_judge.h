// A look at the mail as a whole, once all of it is read: who sends it, in which thread, with which words.
#pragma once

#include <span>
#include <vector>

#include "model/scan_report.h"
#include "model/text_key.h"
#include "scanner/budget.h"
#include "scanner/findings.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// What was read. Valid during the call alone.
struct MailView {
    const Part& message;          // the outermost mail; its bytes begin with its header
    std::span<const Part> texts;  // text parts of any depth, in the order in which they were met
    std::span<const model::PartSummary> parts;  // all, by id
};

// One per worker: it holds what was loaded before the walls closed. Called from one thread.
class MailJudge {
public:
    virtual ~MailJudge() = default;
    // Adds findings on view.message; gives the key of its text. Throws only std::bad_alloc.
    virtual model::TextKey judge(const MailView& view, Budget& budget, Findings& findings) const = 0;
    // Sees all findings in the end, also of files that are no mail, and renames those that an installation's
    // own servers are the reason of.
    virtual void settle(std::vector<model::Finding>& findings) const { (void)findings; }
};

}  // namespace sekisho::scanner

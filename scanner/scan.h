// START HERE. The way into the scanner: bytes in, parts and findings out.
//
//   bytes -> mime/ -> Part tree -> for each Part: identify -> open (children) -> inspect -> rules
//                        ^                                      |
//                        +---- children, depth-first, all under one Budget
//
// The scanner runs in the sandboxed worker only (DESIGN.md section 1). It knows no policy, no score, no
// envelope.
#pragma once

#include <chrono>

#include "base/bytes.h"
#include "model/scan_report.h"
#include "model/scan_request.h"
#include "scanner/engine.h"
#include "scanner/format.h"
#include "scanner/mail_judge.h"
#include "scanner/page_store.h"
#include "scanner/part.h"

namespace sekisho::scanner {

// Sees each part once it is identified and before it is opened, so it also tells how far a scan came. May be
// null.
class PartSink {
public:
    virtual ~PartSink() = default;
    virtual void on_part(const Part& part) = 0;
};

// Scans one message or file. Bad input becomes findings; throws only std::bad_alloc and on our own bugs.
// Lifetime: `input` outlives the call; nothing of it is kept. `queued`: wall clock spent before.
// Limits:   request.limits, by one Budget; a limit reached is a finding and complete == false.
// `pages`: where decoders write; handed from scan to scan it saves page faults. Null: one of its own.
// `rooms`: the formats that are known; all of them are rooms() of scanner/format.h.
// `judge`: looks at the outermost mail once all of its parts are read. Null: nobody does.
model::WorkerReport scan(const model::ScanRequest& request, base::Bytes input, const Rooms& rooms,
                         Engine& rules, PartSink* sink = nullptr, PageStore* pages = nullptr,
                         std::chrono::milliseconds queued = {}, const MailJudge* judge = nullptr);

// Loads and exercises whatever the libraries load lazily (libmagic, ICU, PCRE2's JIT, OpenSSL's providers),
// so that nothing needs the file system afterwards. Once per process, before the sandbox closes.
base::Result<void> warm_up();

}  // namespace sekisho::scanner

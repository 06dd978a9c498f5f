// The worker program without its scanner: start-up, the walls, the forks, and the child's talk with the gate.
// sekisho-worker (worker_main.cpp) puts the scanner into it; the tests put in what misbehaves.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/mail_settings.h"
#include "model/scan_report.h"
#include "model/scan_request.h"

namespace sekisho::sandbox {

// What a scan may say while it works. Nothing is thrown: a gate that is gone ends the process.
class AnswerSink {
public:
    virtual ~AnswerSink() = default;
    virtual void progress(std::string_view part_path) = 0;  // before the part is opened
    virtual bool wants_parts() const = 0;
    virtual void part(const model::PartSummary& part, base::Bytes bytes) = 0;  // only where wanted
};

// What one generation of workers goes by.
struct LoadSettings {
    std::vector<std::string> rules_dirs;
    model::MailSettings mail;
};

struct WorkerTasks {
    // Everything that needs the file system or much time; what it gives is told to the gate.
    std::function<base::Result<model::RuleTable>(const LoadSettings& settings)> load;
    // In a fresh child, before its walls close. May be empty.
    std::function<void()> in_child;
    // One message. May throw std::bad_alloc.
    std::function<model::WorkerReport(const model::ScanRequest&, base::Bytes message, AnswerSink&)> scan;
};

// The whole program: `--user NAME`, `--rules DIR`, `--own-domain DOMAIN`, `--known-sender
// "NAME <PLACE>"`, `--authserv-id ID` (any number of each), `--measure-rules` (for the tasks), control socket
// on descriptor 3. More words stand on standard input, a NUL behind each. Gives the exit code.
int run_worker(const std::vector<std::string>& arguments, const WorkerTasks& tasks);

// A fresh child, walls closed: serves messages until the gate closes its socket or one of them was risky.
// Does not return.
[[noreturn]] void serve_child(const WorkerTasks& tasks);

// Cuts a report until its JSON fits: parts go from the end on, findings on them move to the root, and the
// report is not complete.
std::string report_to_json(model::WorkerReport report, std::size_t max_bytes);

}  // namespace sekisho::sandbox

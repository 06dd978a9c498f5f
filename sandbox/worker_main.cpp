// sekisho-worker: the program in which hostile bytes are parsed. Started by sekishod and sekisho, never by
// hand.
#include <iconv.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "sandbox/worker_lures.h"
#include "sandbox/worker_program.h"
#include "scanner/mail/judge.h"
#include "scanner/rules/profiler.h"
#include "scanner/rules/yara_engine.h"
#include "scanner/scan.h"

namespace {

using namespace sekisho;

// Tells the gate of each part before it is opened, and hands over its bytes where they are wanted.
class Parts final : public scanner::PartSink {
public:
    explicit Parts(sandbox::AnswerSink& sink) : sink_(sink) {}

    void on_part(const scanner::Part& part) override {
        if (part.parent) sink_.progress(part.path);  // silence is the message itself
        if (!sink_.wants_parts()) return;
        sink_.part({.id = part.id,
                    .parent = part.parent,
                    .path = part.path,
                    .name = part.name,
                    .type = part.type,
                    .size = part.bytes.size(),
                    .opened_by = part.opened_by},
                   part.bytes);
    }

private:
    sandbox::AnswerSink& sink_;
};

// libarchive converts names in LHA headers by iconv whatever it is told, and glibc loads a module for each
// charset. These are the ones that such headers name; never closed, so that they stay. Any other is a refused
// call, and the name stays as bytes.
void load_iconv_modules() {
    for (const char* charset : {"CP932", "UTF-16LE"}) {
        (void)::iconv_open("UTF-8", charset);
    }
}

// sekisho-worker's two tasks on one rule engine and one judge of mails.
class Worker {
public:
    explicit Worker(bool measures) : measures_(measures) {}

    base::Result<model::RuleTable> load(const sandbox::LoadSettings& settings) {
        if (measures_) {
            auto profiler = SEKISHO_TRY(scanner::rules::RuleProfiler::load(settings.rules_dirs));
            profiler_ = profiler.get();
            engine_ = std::move(profiler);
        } else {
            engine_ = SEKISHO_TRY(scanner::rules::load_yara(settings.rules_dirs));
        }
        SEKISHO_TRY(scanner::warm_up());
        load_iconv_modules();
        model::RuleTable table = engine_->table();
        const std::vector<scanner::mail::LureRow> rows = sandbox::read_lures(settings.rules_dirs, table);
        judge_.emplace(settings.mail, scanner::mail::Lures::compile(rows, table.problems));
        return table;
    }
    // Shared memory, so of this child's own; it may make none later.
    void prepare_child() { pages_.windows().prepare(); }
    model::WorkerReport scan(const model::ScanRequest& request, base::Bytes message,
                             sandbox::AnswerSink& sink) {
        Parts parts(sink);
        model::WorkerReport report = scanner::scan(request, message, scanner::rooms(), *engine_, &parts,
                                                   &pages_, {}, judge_ ? &*judge_ : nullptr);
        if (profiler_ != nullptr) put_costs(report);
        return report;
    }

private:
    void put_costs(model::WorkerReport& report) {
        report.findings.clear();
        for (const model::RuleCost& cost : profiler_->take_costs()) {
            if (cost.parts > 0) report.findings.push_back(model::to_finding(cost));
        }
    }

    bool measures_;
    std::unique_ptr<scanner::Engine> engine_;
    std::optional<scanner::mail::Judge> judge_;
    scanner::rules::RuleProfiler* profiler_ = nullptr;  // the engine, where it is one
    scanner::PageStore pages_;
};

}  // namespace

int main(int argc, char** argv) {
    // NOLINTNEXTLINE(*-pointer-arithmetic): the words of the command line
    const std::span words(argv, static_cast<std::size_t>(argc));
    Worker worker(std::ranges::find(words, std::string_view("--measure-rules")) != words.end());
    const sandbox::WorkerTasks tasks{
        .load = [&](const auto& settings) { return worker.load(settings); },
        .in_child = [&] { worker.prepare_child(); },
        .scan = [&](const auto& request, base::Bytes message,
                    auto& sink) { return worker.scan(request, message, sink); },
    };
    // Not exit(): what is kept for the forks needs no taking apart.
    ::_exit(sandbox::run_worker({words.begin(), words.end()}, tasks));
}

// Scan throughput per kind of part, without sandbox or mail server: what the decoders and the rules cost.
// usage: scan_bench [Google Benchmark's options]; SEKISHO_BENCH_CORPUS names a folder made by
// bench/corpus.py, and SEKISHO_BENCH_RULES the rule folders, joined by ':' (default: the shipped ones).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/text.h"
#include "scanner/format.h"
#include "scanner/rules/yara_engine.h"
#include "scanner/scan.h"

namespace {

namespace fs = std::filesystem;
using namespace sekisho;

constexpr std::size_t max_file_bytes = 64u << 20;

std::string environment(const char* name, std::string otherwise) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
    return value != nullptr ? value : std::move(otherwise);
}

std::vector<std::string> files_of(const fs::path& folder) {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(folder)) {
        auto text = base::read_file(entry.path().string(), max_file_bytes);
        if (text) out.push_back(std::move(*text));
    }
    return out;
}

// One pass over all files of a kind. Mails are scanned as messages, attachments as files.
void scan_kind(benchmark::State& state, const std::vector<std::string>& files, model::InputKind kind,
               scanner::Engine& rules) {
    std::uint64_t bytes = 0;
    std::uint64_t findings = 0;
    scanner::PageStore pages;
    for (auto _ : state) {
        for (const auto& file : files) {
            model::ScanRequest request;
            request.kind = kind;
            const auto report =
                scanner::scan(request, base::as_bytes(file), scanner::rooms(), rules, nullptr, &pages);
            findings += report.findings.size();
            bytes += file.size();
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(files.size()));
    state.counters["findings"] = static_cast<double>(findings) / static_cast<double>(state.iterations()) /
                                 static_cast<double>(files.size());
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const fs::path corpus = environment("SEKISHO_BENCH_CORPUS", "bench-corpus");
    if (!fs::is_directory(corpus / "parts")) {
        fmt::print(stderr, "scan_bench: no corpus in {}: run bench/corpus.py {}\n", corpus.string(),
                   corpus.string());
        return 2;
    }
    std::vector<std::string> folders;
    const std::string named = environment("SEKISHO_BENCH_RULES", SEKISHO_SOURCE_DIR "/signatures");
    for (const auto folder : base::split(named, ':'))
        folders.emplace_back(folder);
    auto rules = scanner::rules::load_yara(folders);
    const auto warm = scanner::warm_up();
    if (!rules || !warm) {
        fmt::print(stderr, "scan_bench: {}\n", !rules ? rules.error().message : warm.error().message);
        return 1;
    }
    std::vector<std::pair<std::string, std::vector<std::string>>> kinds;
    for (const auto& entry : fs::directory_iterator(corpus / "parts"))
        kinds.emplace_back(entry.path().filename().string(), files_of(entry.path()));
    kinds.emplace_back("mails", files_of(corpus / "mails"));
    std::ranges::sort(kinds);
    for (const auto& [name, files] : kinds) {
        const auto kind =
            name == "mails" || name == "text" ? model::InputKind::message : model::InputKind::file;
        benchmark::RegisterBenchmark(name.c_str(), [&files, kind, &rules](benchmark::State& state) {
            scan_kind(state, files, kind, **rules);
        })->Unit(benchmark::kMillisecond);
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

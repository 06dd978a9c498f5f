// A worker program on the real loop and the real walls, whose "scan" does what the message tells it to, line
// by line:
//
//   plain                nothing: an ordinary report            finding / risky     a report that says so
//   part PATH            says that it now opens PATH            die N               ends by signal N
//   spin MS              burns CPU                              loop                for ever
//   storm                takes and touches memory without end   pad N               a report of about N bytes
//   open / socket / exec the system calls that are refused      sleep MS            waits (poll)
//   garbage N            N bytes that are no frames             id N                answers another request
//   trickle MS           a frame header, then nothing for MS    flood               progress without end
//   stall                half of a report, then nothing         mute                ends without a word
//   unknown              a report with an unknown finding       late                a whole report, then
//   garbage
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/text.h"
#include "sandbox/channel.h"
#include "sandbox/frames.h"
#include "sandbox/worker_program.h"
#include "sandbox/worker_sandbox.h"

namespace {

using namespace sekisho;
using sandbox::FrameType;

struct Act {
    const model::ScanRequest& request;
    sandbox::AnswerSink& sink;
    model::WorkerReport& report;
    std::string_view argument;

    long number() const {
        long value = 0;
        std::from_chars(argument.data(), argument.data() + argument.size(), value);
        return value;
    }
};

void send_raw(base::Bytes bytes) {
    if (!sandbox::send_all(sandbox::child_socket, bytes)) ::_exit(0);
}

void send_frame(const sandbox::Frame& frame) {
    std::vector<std::byte> out;
    append_frame(out, frame);
    send_raw(out);
}

void burn(std::chrono::milliseconds time) {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    const auto begin = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    while (std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) - begin < time) {
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    }
}

void storm() {
    constexpr std::size_t piece = 1u << 20;
    std::vector<std::unique_ptr<std::vector<char>>> all;
    for (;;) {
        all.push_back(std::make_unique<std::vector<char>>(piece, 'x'));
    }
}

void pad(const Act& act) {
    act.report.message.subject = "padded";
    const auto size = static_cast<std::size_t>(act.number());
    model::PartSummary part = act.report.parts.front();
    for (std::size_t have = 0; have < size; have += 1'000) {
        part.id = static_cast<model::PartId>(act.report.parts.size());
        part.parent = 0;
        part.path = "message/" + std::to_string(part.id);
        part.name = std::string(800, 'n');
        act.report.parts.push_back(part);
    }
}

void garbage(const Act& act) {
    std::string noise;
    std::uint32_t state = 12'345;
    for (long i = 0; i < act.number(); ++i) {
        state = state * 1'664'525 + 1'013'904'223;
        noise.push_back(static_cast<char>(state >> 24));
    }
    send_raw(base::as_bytes(noise));
}

[[noreturn]] void flood(const Act& act) {
    for (;;) {
        act.sink.progress("message/flood");
    }
}

void rest(std::chrono::milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

void half_report(const Act& act) {
    const std::string half = R"({"message":)";
    send_frame(
        {.type = FrameType::report, .more = true, .id = act.request.id, .payload = base::as_bytes(half)});
    rest(std::chrono::hours(1));
}

void report_and_garbage(const Act& act) {
    const std::string whole = sandbox::report_to_json(act.report, sandbox::max_report_bytes);
    send_frame({.type = FrameType::report, .id = act.request.id, .payload = base::as_bytes(whole)});
    send_frame({.type = FrameType::part_data, .id = act.request.id, .payload = base::as_bytes(whole)});
}

using Deed = std::function<void(const Act&)>;

const std::map<std::string_view, Deed>& deeds() {
    static const std::map<std::string_view, Deed> all{
        {"plain", [](const Act&) {}},
        {"risky", [](const Act& act) { act.report.risky = true; }},
        {"finding", [](const Act& act) { act.report.findings.push_back({"type.mismatch", 0, "as told"}); }},
        {"unknown", [](const Act& act) { act.report.findings.push_back({"no.such.finding", 0, "as told"}); }},
        {"part", [](const Act& act) { act.sink.progress(act.argument); }},
        {"die", [](const Act& act) { std::raise(static_cast<int>(act.number())); }},
        {"spin", [](const Act& act) { burn(std::chrono::milliseconds(act.number())); }},
        {"loop", [](const Act&) { burn(std::chrono::hours(24)); }},
        {"storm", [](const Act&) { storm(); }},
        {"pad", pad},
        {"sleep", [](const Act& act) { rest(std::chrono::milliseconds(act.number())); }},
        {"open", [](const Act&) { (void)::open("/etc/passwd", O_RDONLY | O_CLOEXEC); }},
        {"socket", [](const Act&) { (void)::socket(AF_INET, SOCK_STREAM, 0); }},
        {"exec", [](const Act&) { ::execl("/bin/true", "true", nullptr); }},
        {"garbage", garbage},
        {"id",
         [](const Act& act) {
             send_frame({.type = FrameType::progress,
                         .id = static_cast<std::uint64_t>(act.number()),
                         .payload = {}});
         }},
        {"trickle",
         [](const Act& act) {
             send_raw(base::as_bytes(std::string_view("\x02", 1)));
             rest(std::chrono::milliseconds(act.number()));
         }},
        {"flood", flood},
        {"stall", half_report},
        {"mute", [](const Act&) { ::_exit(0); }},
        {"late", report_and_garbage},
    };
    return all;
}

model::WorkerReport obey(const model::ScanRequest& request, base::Bytes message, sandbox::AnswerSink& sink) {
    model::WorkerReport report;
    report.parts.push_back(
        {.path = "message", .type = "message/rfc822", .size = message.size(), .opened_by = "input"});
    sink.progress("message");
    if (sink.wants_parts()) sink.part(report.parts.front(), message);
    for (const std::string_view line : base::split(base::as_text(message), '\n')) {
        const std::size_t blank = line.find(' ');
        const auto deed = deeds().find(line.substr(0, blank));
        if (deed == deeds().end()) continue;
        deed->second({request, sink, report, blank == line.npos ? "" : line.substr(blank + 1)});
    }
    return report;
}

// Rules are words here: the directory's name is the rule, "bad" fails and "abort" aborts. What is known of
// the mail is told as a problem.
base::Result<model::RuleTable> load(const sandbox::LoadSettings& settings) {
    model::RuleTable table{.version = "0123456789abcdef"};
    for (const std::string& dir : settings.rules_dirs) {
        if (dir == "bad") return base::fail(base::Cause::invalid, "bad/rules.yar:3: syntax error");
        if (dir == "abort") std::abort();
        table.rules.push_back({.name = dir});
    }
    for (const auto& list :
         {settings.mail.own_domains, settings.mail.known_senders, settings.mail.authserv_ids}) {
        for (const std::string& one : list)
            table.problems.push_back(one);
    }
    return table;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span words(argv, static_cast<std::size_t>(argc));
    ::_exit(sandbox::run_worker({words.begin(), words.end()}, {.load = load, .scan = obey}));
}

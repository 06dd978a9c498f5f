#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <optional>
#include <utility>

#include "base/json.h"
#include "model/telling.h"
#include "sandbox/answer.h"
#include "sandbox/channel.h"
#include "sandbox/frames.h"
#include "sandbox/worker_program.h"
#include "sandbox/worker_sandbox.h"
#include "sandbox/worker_trap.h"

namespace sekisho::sandbox {

using base::Bytes;

namespace {

constexpr std::size_t max_request_bytes = 16u << 20;  // configured passwords may be many
constexpr int exit_bad_request = 3;                   // the gate broke the protocol: our bug

[[noreturn]] void leave(int code) {
    ::_exit(code);
}  // no destructors, no handlers: the process is thrown away

// The message, mapped for the time of its scan. It is sealed: nobody can pull it from under us.
class MappedMessage {
public:
    explicit MappedMessage(base::UniqueFd fd) {  // by value: the mapping is all that stays
        constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
        const int have = ::fcntl(fd.get(), F_GET_SEALS);
        const off_t size = ::lseek(fd.get(), 0, SEEK_END);
        if (have < 0 || (have & seals) != seals || size < 0) leave(exit_bad_request);
        size_ = static_cast<std::size_t>(size);
        if (size_ == 0) return;
        void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (at == MAP_FAILED) throw std::bad_alloc();
        at_ = static_cast<std::byte*>(at);
    }
    ~MappedMessage() {
        if (at_ != nullptr) ::munmap(at_, size_);
    }
    MappedMessage(const MappedMessage&) = delete;
    MappedMessage& operator=(const MappedMessage&) = delete;

    Bytes bytes() const { return {at_, size_}; }

private:
    std::byte* at_ = nullptr;
    std::size_t size_ = 0;
};

class Sender final : public AnswerSink {
public:
    Sender(std::uint64_t id, bool wants_parts) : id_(id), wants_parts_(wants_parts) {}

    void progress(std::string_view part_path) override {
        message(FrameType::progress, base::as_bytes(part_path.substr(0, max_path_bytes)));
    }
    bool wants_parts() const override { return wants_parts_; }
    void part(const model::PartSummary& part, Bytes bytes) override {
        message(FrameType::part_begin, base::as_bytes(part_to_json(part)));
        while (!bytes.empty()) {
            const Bytes piece = base::head(bytes, max_payload_bytes);
            bytes = bytes.subspan(piece.size());
            message(FrameType::part_data, piece);
        }
        message(FrameType::part_end, {});
    }

    // In one piece: each send wakes the gate.
    void finish(Bytes report, const EndFacts& facts) {
        out_.clear();
        if (!report.empty()) append_message(out_, FrameType::report, id_, report);
        append_message(out_, FrameType::end, id_, encode(facts));
        send();
    }

private:
    void message(FrameType type, Bytes payload) {
        out_.clear();
        append_message(out_, type, id_, payload);
        send();
    }
    void send() {
        if (!send_all(child_socket, out_)) leave(0);
    }

    std::uint64_t id_;
    bool wants_parts_;
    std::vector<std::byte> out_;
};

struct Incoming {
    model::ScanRequest request;
    base::UniqueFd message;
};

Incoming next_request(FrameReader& reader) {
    MessageJoiner text(max_request_bytes);
    base::UniqueFd message;
    for (;;) {
        const auto frame = reader.next();
        if (!frame) leave(exit_bad_request);
        if (!*frame) {
            ReceivedFd got = receive_with_fd(child_socket, reader.room());
            if (!got.received.open) leave(0);
            reader.received(got.received.bytes);
            if (got.fd) message = std::move(got.fd);
            continue;
        }
        const auto whole = (*frame)->type == FrameType::request ? text.add(**frame) : false;
        if (!whole) leave(exit_bad_request);
        if (!*whole) continue;
        const auto json = base::parse_json(text.take(), {.max_bytes = max_request_bytes});
        if (!json) leave(exit_bad_request);
        auto request = model::scan_request_from(*json);
        if (!request || !message) leave(exit_bad_request);
        return {.request = std::move(*request), .message = std::move(message)};
    }
}

// When it returns, nothing of the message is held any more.
std::optional<model::WorkerReport> scan_one(const WorkerTasks& tasks, Incoming& incoming, Sender& sender) {
    try {
        const MappedMessage message(std::move(incoming.message));
        return tasks.scan(incoming.request, message.bytes(), sender);
    } catch (const std::bad_alloc&) {
        return std::nullopt;
    }
}

}  // namespace

std::string report_to_json(model::WorkerReport report, std::size_t max_bytes) {
    for (;;) {
        std::string text = base::dump_json(model::to_json(report));
        if (text.size() <= max_bytes || report.parts.size() <= 1) return text;
        report.parts.resize(report.parts.size() / 2);  // parents come before their children
        for (model::Finding& finding : report.findings) {
            if (finding.part >= report.parts.size()) finding.part = 0;
        }
        if (report.limits.empty() || report.limits.back() != "limit.parts") {
            report.limits.emplace_back("limit.parts");
            report.findings.push_back({.id = "limit.parts", .part = 0, .evidence = "the report was cut"});
        }
        report.complete = false;
    }
}

void serve_child(const WorkerTasks& tasks) {
    FrameReader reader;
    for (;;) {
        Incoming incoming = next_request(reader);
        Sender sender(incoming.request.id, incoming.request.want_parts);
        const auto report = scan_one(tasks, incoming, sender);
        EndFacts facts{.denied_calls = denied_calls(), .out_of_memory = !report.has_value()};
        facts.leaving =
            !report || report->risky || model::tells_of_danger(report->findings) || facts.denied_calls > 0;
        const std::string text = report ? report_to_json(*report, max_report_bytes) : std::string();
        sender.finish(base::as_bytes(text), facts);
        if (facts.leaving) leave(0);
    }
}

}  // namespace sekisho::sandbox

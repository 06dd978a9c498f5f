// One worker child as the gate sees it: a socket to talk through, and what the system says of the process.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/fd.h"
#include "sandbox/frames.h"

namespace sekisho::sandbox {

// What the template tells of the process, on another thread than the one that scans. Thread-safe.
// The template reaps a child only when the gate has released it, so that the pid means this child until then.
class ChildProcess {
public:
    void started(int pid);         // once; a child that was killed before is killed now
    void exited(int wait_status);  // or never_started, as int

    void kill();
    void stop();
    void resume();
    void be_nice();  // yields the processor to what costs less

    std::optional<std::chrono::nanoseconds> cpu_time() const;
    // Memory that it shares with none: a window of padding (scanner/repeat_windows.h) is counted by the
    // kernel as often as it is mapped.
    std::optional<std::uint64_t> resident_bytes() const;
    int pid() const;
    bool answered() const;  // the template has said what became of the fork
    // Waits for the news of its end; nullopt where none comes in time.
    std::optional<int> wait_status(std::chrono::milliseconds at_most) const;

private:
    void signal(int number);

    mutable std::mutex mutex_;
    mutable std::condition_variable ended_;
    int pid_ = 0;  // 0: not known yet
    base::UniqueFd pid_fd_;
    bool kill_when_started_ = false;
    std::optional<int> wait_status_;
};

// Owned by whoever scans with it, or by the generation while it is idle. Serves one request at a time.
struct Child {
    std::uint64_t serial = 0;  // within its generation
    base::UniqueFd socket;
    std::shared_ptr<ChildProcess> process = std::make_shared<ChildProcess>();
    FrameReader reader;
    std::uint64_t address_space = 0;  // bytes that it may map
    std::uint32_t messages = 0;       // served
};

// "signal 9 (Killed)", "exit code 3": for the log.
std::string describe_wait_status(std::optional<int> wait_status);

}  // namespace sekisho::sandbox

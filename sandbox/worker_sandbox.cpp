#include "sandbox/worker_sandbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string_view>

#include "base/text.h"
#include "sandbox/worker_landlock.h"
#include "sandbox/worker_limits.h"
#include "sandbox/worker_trap.h"

namespace sekisho::sandbox {

using base::Cause;
using base::fail;
using base::Result;

namespace {

std::uint64_t number_at(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<std::uint64_t> mapped_bytes() {
    const std::string statm = SEKISHO_TRY(base::read_file("/proc/self/statm", 4'096));
    return number_at(statm) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// Sum of the private dirty pages: what a fork must share page by page.
std::uint64_t private_bytes() {
    const auto text = base::read_file("/proc/self/smaps_rollup", 16u << 10);
    if (!text) return 0;
    for (const std::string_view line : base::split(*text, '\n')) {
        constexpr std::string_view key = "Private_Dirty:";
        if (line.starts_with(key)) return number_at(base::trim(line.substr(key.size()))) << 10;
    }
    return 0;
}

Result<void> become(const std::string& user) {
    if (::geteuid() != 0 || user.empty()) return {};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
    const passwd* entry = ::getpwnam(user.c_str());
    if (entry == nullptr) return fail(Cause::invalid, fmt::format("no user {}", user));
    if (::setgroups(0, nullptr) != 0) return base::fail_errno("setgroups", errno);
    if (::setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0)
        return base::fail_errno("setresgid", errno);
    if (::setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0)
        return base::fail_errno("setresuid", errno);
    return {};
}

Result<void> process_control(int option, unsigned long value) {
    if (::prctl(option, value, 0, 0, 0) != 0) return base::fail_errno("prctl", errno);
    return {};
}

}  // namespace

Result<Sandbox> Sandbox::prepare(const std::string& user) {
    Sandbox out;
    out.filters_ = SEKISHO_TRY(build_filters());
    out.oom_score_ = base::UniqueFd(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    out.mapped_bytes_ = SEKISHO_TRY(mapped_bytes());
    out.heap_bytes_ = private_bytes();
    SEKISHO_TRY(become(user));
    SEKISHO_TRY(answer_traps());
    return out;
}

Result<void> Sandbox::close_program() {
    SEKISHO_TRY(limit_program());
    SEKISHO_TRY(process_control(PR_SET_NO_NEW_PRIVS, 1));
    SEKISHO_TRY(process_control(PR_SET_DUMPABLE, 0));
    landlock_abi_ = SEKISHO_TRY(close_with_landlock());
    silence();
    return install(filters_.program);
}

Result<void> Sandbox::close_child(int socket, std::uint64_t address_space) {
    if (socket != child_socket && ::dup2(socket, child_socket) < 0) return base::fail_errno("dup2", errno);
    if (::close_range(child_socket + 1, ~0u, 0) != 0) return base::fail_errno("close_range", errno);
    (void)oom_score_.release();  // closed just now
    // Dumpable again, so that the gate may see how much memory it takes under ProtectProc=invisible, where
    // only what one could trace is seen. No core is written (RLIMIT_CORE), and no sandboxed process can trace
    // another.
    SEKISHO_TRY(process_control(PR_SET_DUMPABLE, 1));
    SEKISHO_TRY(limit_child(mapped_bytes_, address_space));
    bind_to_process(filters_.child);
    return install(filters_.child);
}

void Sandbox::offer_to_oom_killer(bool offered) {
    const std::string_view score = offered ? "1000" : "300";
    // Where /proc refuses, the program and its children are taken in order of size, which is nearly as good.
    if (oom_score_) (void)!::write(oom_score_.get(), score.data(), score.size());
}

}  // namespace sekisho::sandbox

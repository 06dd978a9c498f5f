#include "cli/doctor_facts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "base/fd.h"
#include "model/action_order.h"

namespace sekisho::cli {

namespace {

std::optional<FileFacts> file_facts(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return std::nullopt;
    FileFacts out{.mode = static_cast<unsigned>(info.st_mode) & 07777u,
                  .owner = std::to_string(info.st_uid),
                  .group = std::to_string(info.st_gid),
                  .is_socket = S_ISSOCK(info.st_mode),
                  .is_directory = S_ISDIR(info.st_mode)};
    return out;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

// In the child: the outcome is the exit status, an errno value or 0. Only async-signal-safe calls.
[[noreturn]] void connect_and_exit(const std::string& root, const passwd& user, const sockaddr_un& address) {
    if (!root.empty() && (::chroot(root.c_str()) != 0 || ::chdir("/") != 0)) ::_exit(errno);
    if (::setgid(user.pw_gid) != 0 || ::setuid(user.pw_uid) != 0) ::_exit(errno);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // sockaddr_un goes through the generic type that connect(2) was given long ago.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    if (fd < 0 || ::connect(fd, generic, sizeof address) != 0) ::_exit(errno);
    ::_exit(0);
}

std::optional<PostfixConfig> postfix_config(const std::string& directory) {
    std::vector<std::string> postconf{"/usr/sbin/postconf"};
    if (!directory.empty()) postconf.insert(postconf.end(), {"-c", directory});
    const auto with = [&](std::initializer_list<const char*> options) {
        std::vector<std::string> command = postconf;
        command.insert(command.end(), options.begin(), options.end());
        return output_of(command);
    };
    const auto parameters = with({"-x"});  // with $names expanded
    const auto services = with({"-M"});
    const auto overrides = with({"-P", "-x"});
    if (!parameters || !services || !overrides) return std::nullopt;
    return parse_postconf(*parameters, *services, *overrides);
}

// How long the oldest order of a spool has been waiting.
std::chrono::seconds oldest_order_in(const std::string& folder) {
    constexpr int most_listed = 20'000;
    const auto now = std::chrono::system_clock::now();
    std::chrono::seconds out{0};
    std::error_code error;
    std::filesystem::directory_iterator at(folder, error);
    for (int i = 0; !error && i < most_listed && at != std::filesystem::directory_iterator(); ++i) {
        if (const auto name = model::order_name_from(at->path().filename().string())) {
            // A name may be forged: 142 years at most, which a clock of nanoseconds can hold.
            const auto number = static_cast<std::int64_t>(std::min(name->number, std::uint64_t{1} << 52));
            const std::chrono::system_clock::time_point written{std::chrono::microseconds(number)};
            out = std::max(out, std::chrono::duration_cast<std::chrono::seconds>(now - written));
        }
        at.increment(error);
    }
    return out;
}

}  // namespace

base::Result<std::string> output_of(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail_errno("pipe2", errno);
    const base::UniqueFd reader(ends[0]);
    base::UniqueFd writer(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, writer.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    std::array<char*, 2> environment{path.data(), nullptr};
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, words.front().c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) return base::fail_errno(command.front(), error);
    writer.reset();
    constexpr std::size_t most = 1u << 20;
    auto text = base::read_file(fmt::format("/proc/self/fd/{}", reader.get()), most);
    const int status = wait_for(pid);
    if (!text) return text;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return base::fail(base::Cause::io, fmt::format("{} failed", command.front()));
    }
    return text;
}

std::optional<std::string> try_connect(const std::string& path, const std::string& user,
                                       const std::string& root) {
    const passwd* entry = ::getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
    sockaddr_un address{.sun_family = AF_UNIX};
    if (::geteuid() != 0 || entry == nullptr || path.size() >= sizeof address.sun_path) return std::nullopt;
    path.copy(address.sun_path, path.size());
    const passwd who = *entry;
    const pid_t pid = ::fork();
    if (pid < 0) return std::nullopt;
    if (pid == 0) {
        if (::initgroups(user.c_str(), who.pw_gid) != 0) ::_exit(errno);
        connect_and_exit(root, who, address);
    }
    const int status = wait_for(pid);
    if (!WIFEXITED(status)) return "the child that tried was killed";
    if (WEXITSTATUS(status) == 0) return "";
    return std::string(::strerror(WEXITSTATUS(status)));  // NOLINT(concurrency-mt-unsafe): one thread
}

Facts look_at_installation(const config::Settings& settings, const std::string& config_file,
                           const std::string& postfix) {
    Facts facts{.config_file = config_file};
    facts.postfix = postfix_config(postfix);
    facts.today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    facts.config = file_facts(config_file);
    facts.quarantine_looked_at = ::geteuid() == 0;
    facts.quarantine = file_facts(settings.quarantine.directory);
    facts.key_file = file_facts(settings.quarantine.key_file);
    if (const std::string& spool = settings.outbound.actions.spool; !spool.empty()) {
        facts.spool_looked_at = true;
        facts.spool = file_facts(spool);
        facts.oldest_order = oldest_order_in(spool);
    }
    struct statvfs room{};
    if (::statvfs(settings.quarantine.directory.c_str(), &room) == 0) {
        facts.quarantine_free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
    }
    constexpr std::string_view local = "unix:";
    if (settings.milter.socket.starts_with(local)) {
        const std::string path = settings.milter.socket.substr(local.size());
        facts.milter_socket = file_facts(path);
        const std::string queue(facts.postfix ? facts.postfix->value("queue_directory") : std::string_view());
        const bool inside = facts.postfix && facts.postfix->smtpd_in_chroot && path.starts_with(queue + "/");
        if (inside) {
            facts.connect_as_postfix = try_connect(path.substr(queue.size()), "postfix", queue);
        } else {
            facts.connect_as_postfix = try_connect(path, "postfix", {});
            if (facts.postfix && facts.postfix->smtpd_in_chroot && facts.connect_as_postfix) {
                facts.connect_as_postfix = fmt::format("{} lies outside the chroot {}", path, queue);
            }
        }
    }
    return facts;
}

}  // namespace sekisho::cli

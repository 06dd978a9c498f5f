#include "cli/action_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/hash.h"

namespace sekisho::cli {

namespace {

namespace fs = std::filesystem;
using base::Cause;

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
const std::string failed_name = "failed";

// The oldest of those that were set aside. What is no order of ours has a name that sorts behind them.
void make_room(int folder, const std::string& path, std::size_t most) {
    std::error_code error;
    std::vector<std::string> names;
    fs::directory_iterator at(path, error);
    for (; !error && at != fs::directory_iterator() && names.size() < ActionFolder::max_listed;
         at.increment(error))
        names.push_back(at->path().filename().string());
    if (names.size() < most) return;
    std::ranges::sort(names);
    for (std::size_t i = 0; i + most <= names.size(); ++i) {
        if (::unlinkat(folder, names[i].c_str(), 0) != 0) ::unlinkat(folder, names[i].c_str(), AT_REMOVEDIR);
    }
}

}  // namespace

base::Result<ActionFolder> ActionFolder::open(const std::string& path) {
    base::UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return base::fail_errno(path, errno);
    if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return base::fail_errno(path, errno);
        return base::fail(Cause::unavailable, path + ": another program carries out its orders");
    }
    if (::mkdirat(folder.get(), failed_name.c_str(), 0750) != 0 && errno != EEXIST)
        return base::fail_errno(path + "/" + failed_name, errno);
    base::UniqueFd failed(::openat(folder.get(), failed_name.c_str(), folder_flags));
    if (!failed) return base::fail_errno(path + "/" + failed_name, errno);
    return ActionFolder(std::move(folder), std::move(failed), path);
}

base::Result<ActionFolder::Listing> ActionFolder::list() const {
    Listing out;
    std::error_code error;
    fs::directory_iterator at(path_, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
        if (out.orders.size() + out.strangers.size() == max_listed) break;
        std::string name = at->path().filename().string();
        if (const auto order = model::order_name_from(name))
            out.orders.push_back(*order);
        else if (name.ends_with(".json") && !name.starts_with('.'))
            out.strangers.push_back(std::move(name));
    }
    if (error) return base::fail(Cause::io, fmt::format("{}: {}", path_, error.message()));
    std::ranges::sort(out.orders);
    return out;
}

base::Result<model::ActionOrder> ActionFolder::read(const model::OrderName& name) const {
    const std::string file = to_string(name);
    // A pipe would keep us waiting, a link would show us another file.
    const base::UniqueFd fd(
        ::openat(folder_.get(), file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!fd) {
        if (errno == ELOOP || errno == ENXIO) return base::fail(Cause::malformed, file + ": no plain file");
        if (errno == ENOENT) return base::fail(Cause::unavailable, file + ": gone");
        return base::fail_errno(file, errno);
    }
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return base::fail_errno(file, errno);
    if (!S_ISREG(info.st_mode)) return base::fail(Cause::malformed, file + ": no plain file");
    std::string text(model::ActionOrder::max_bytes + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const ssize_t n = ::pread(fd.get(), &text[have], text.size() - have, static_cast<off_t>(have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return base::fail_errno(file, errno);
        if (n == 0) break;
        have += static_cast<std::size_t>(n);
    }
    text.resize(have);
    auto order = model::decode_order(text);
    if (!order) order.error().message = file + ": " + order.error().message;
    return order;
}

base::Result<model::OrderName> ActionFolder::count_attempt(const model::OrderName& name) const {
    model::OrderName next = name;
    ++next.attempts;
    const std::string from = to_string(name);
    const std::string to = to_string(next);
    if (::renameat(folder_.get(), from.c_str(), folder_.get(), to.c_str()) != 0)
        return base::fail_errno(from, errno);
    if (::fsync(folder_.get()) != 0) return base::fail_errno(path_, errno);
    return next;
}

base::Result<void> ActionFolder::remove(const model::OrderName& name) const {
    const std::string file = to_string(name);
    if (::unlinkat(folder_.get(), file.c_str(), 0) != 0 && errno != ENOENT)
        return base::fail_errno(file, errno);
    return {};
}

base::Result<void> ActionFolder::set_aside(const model::OrderName& name) const {
    model::OrderName plain = name;
    plain.attempts = 0;
    return move_away(to_string(name), to_string(plain));
}

base::Result<void> ActionFolder::set_aside_stranger(const std::string& name) const {
    return move_away(name, "stranger-" + base::hex(base::as_bytes(base::random_bytes(8))));
}

base::Result<void> ActionFolder::move_away(const std::string& name, const std::string& to) const {
    make_room(failed_.get(), path_ + "/" + failed_name, max_failed);
    if (::renameat(folder_.get(), name.c_str(), failed_.get(), to.c_str()) == 0) return {};
    // A folder does not take the place of a file, nor the other way round.
    if (::unlinkat(folder_.get(), name.c_str(), 0) == 0 || errno == ENOENT) return {};
    return base::fail_errno(path_, errno);
}

}  // namespace sekisho::cli

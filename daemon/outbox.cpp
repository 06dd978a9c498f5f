#include "daemon/outbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/fd.h"
#include "base/hash.h"
#include "base/text.h"
#include "quarantine/files.h"

namespace sekisho::daemon {

namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

constexpr std::size_t time_digits = 15;
constexpr std::string_view suffix = ".json";

bool is_ours(std::string_view name) {
    return name.size() == time_digits + 1 + 16 + suffix.size() && name.ends_with(suffix) &&
           std::ranges::all_of(name.substr(0, time_digits), base::is_digit);
}

base::Error failed(std::string_view what, const std::string& path) {
    const auto cause = errno == ENOSPC || errno == EDQUOT ? base::Cause::limit : base::Cause::io;
    return {cause, fmt::format("{} {}: {}", what, path, std::generic_category().message(errno))};
}

base::Result<void> write_file(const std::string& path, std::string_view text) {
    const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return std::unexpected(failed("create", path));
    SEKISHO_TRY(base::write_all(fd.get(), base::as_bytes(text)));
    if (::fsync(fd.get()) != 0) return std::unexpected(failed("sync", path));
    return {};
}

}  // namespace

base::Result<Outbox> Outbox::open(const std::string& folder, std::size_t most) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) return base::fail(base::Cause::io, folder + ": " + error.message());
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".tmp") fs::remove(entry.path(), error);
    }
    return Outbox(folder, most);
}

base::Result<void> Outbox::put(const base::Json& value) {
    if (names().size() >= most_) return base::fail(base::Cause::limit, folder_ + " is full");
    const std::string text = base::dump_json(value);
    if (text.size() > max_file) return base::fail(base::Cause::limit, "too long to be sent");
    const auto at =
        std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch());
    const std::string stem = fmt::format("{}/{:0{}}-{}", folder_, std::max<std::int64_t>(at.count(), 0),
                                         time_digits, base::hex(base::as_bytes(base::random_bytes(8))));
    const std::string temporary = stem + ".tmp";
    const std::string path = stem + std::string(suffix);
    auto written = write_file(temporary, text);
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0)
        written = std::unexpected(failed("rename", temporary));
    if (!written) {
        (void)::unlink(temporary.c_str());
        return written;
    }
    return quarantine::sync_folder(folder_);
}

std::vector<std::string> Outbox::names() const {
    std::vector<std::string> out;
    std::error_code error;
    for (auto at = fs::directory_iterator(folder_, error); !error && at != fs::directory_iterator();
         at.increment(error)) {
        std::string name = at->path().filename().string();
        if (is_ours(name)) out.push_back(std::move(name));
    }
    std::ranges::sort(out);
    return out;
}

base::Result<base::Json> Outbox::read(const std::string& name) const {
    if (!is_ours(name)) return base::fail(base::Cause::malformed, "no file of ours");
    const std::string text = SEKISHO_TRY(base::read_file(folder_ + "/" + name, max_file));
    base::Json value = SEKISHO_TRY(base::parse_json(text));
    if (value.as_object() == nullptr) return base::fail(base::Cause::malformed, "no object");
    return value;
}

void Outbox::remove(const std::string& name) {
    if (is_ours(name)) (void)::unlink((folder_ + "/" + name).c_str());
}

system_clock::time_point Outbox::time_of(const std::string& name) {
    std::int64_t milliseconds = 0;
    if (is_ours(name)) {
        for (const char digit : std::string_view(name).substr(0, time_digits))
            milliseconds = milliseconds * 10 + (digit - '0');
    }
    return system_clock::time_point(std::chrono::milliseconds(milliseconds));
}

}  // namespace sekisho::daemon

#include "milter/listen_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <bit>
#include <filesystem>
#include <fstream>

#include "base/fd.h"

namespace sekisho::milter {
namespace {

class ListenSocket : public testing::Test {
protected:
    ListenSocket()
        : folder(std::filesystem::temp_directory_path() / ("sekisho-listen-" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder);
        path = (folder / "s").string();
    }
    ~ListenSocket() override { std::filesystem::remove_all(folder); }
    static base::UniqueFd bind_it(const std::string& where) {
        base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        where.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd.get(), std::bit_cast<const sockaddr*>(&address), sizeof address), 0);
        return fd;
    }
    std::filesystem::path folder;
    std::string path;
};

TEST_F(ListenSocket, NothingThereIsFine) { EXPECT_TRUE(remove_stale_socket(path)); }

TEST_F(ListenSocket, AStaleSocketIsRemoved) {
    bind_it(path).reset();
    EXPECT_TRUE(remove_stale_socket(path));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ListenSocket, ASocketInUseStays) {
    const auto fd = bind_it(path);
    ASSERT_EQ(::listen(fd.get(), 1), 0);
    const auto removed = remove_stale_socket(path);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().cause, base::Cause::invalid);
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(ListenSocket, AFileOrALinkStays) {
    std::ofstream(folder / "file") << "precious";
    EXPECT_FALSE(remove_stale_socket((folder / "file").string()));
    std::filesystem::create_symlink(folder / "file", path);
    EXPECT_FALSE(remove_stale_socket(path));
    EXPECT_TRUE(std::filesystem::exists(folder / "file"));
}

TEST_F(ListenSocket, AMissingFolderIsTold) {
    const auto removed = remove_stale_socket((folder / "none" / "s").string());
    ASSERT_FALSE(removed);
    EXPECT_NE(removed.error().message.find("there is no folder"), std::string::npos);
}

TEST_F(ListenSocket, IsPublishedWithItsMode) {
    const auto fd = bind_it(unready_path(path));
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(publish_socket(path, "", 0660));
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777u, 0660u);
    EXPECT_FALSE(std::filesystem::exists(unready_path(path)));
}

TEST_F(ListenSocket, TakesTheStaleOnesPlace) {
    bind_it(path).reset();
    const auto fd = bind_it(unready_path(path));
    ASSERT_EQ(::listen(fd.get(), 1), 0);
    ASSERT_TRUE(check_place(path));
    ASSERT_TRUE(publish_socket(path, "", 0660));
    EXPECT_FALSE(check_place(path));  // somebody listens
}

TEST_F(ListenSocket, IsNotPublishedWithoutItsGroup) {
    const auto fd = bind_it(unready_path(path));
    const auto unknown = publish_socket(path, "no-such-group-here", 0660);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().cause, base::Cause::invalid);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(SocketNames, InBothSpellings) {
    EXPECT_EQ(unix_path("unix:/a/b"), "/a/b");
    EXPECT_EQ(unix_path("local:/a/b"), "/a/b");
    EXPECT_EQ(unix_path("/a/b"), "/a/b");
    EXPECT_EQ(unix_path("inet:8891@localhost"), std::nullopt);
    EXPECT_EQ(postfix_name("unix:/a/b"), "unix:/a/b");
    EXPECT_EQ(postfix_name("inet:8891@127.0.0.1"), "inet:127.0.0.1:8891");
}

}  // namespace
}  // namespace sekisho::milter

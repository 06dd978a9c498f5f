// The quarantine commands against a control server of our own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <mutex>

#include "cli/commands.h"
#include "control/server.h"

namespace sekisho::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string first = "4f1c0000000000000000000000000000";
const std::string second = "4f1c8000000000000000000000000000";

class QuarantineCommand : public ::testing::Test {
protected:
    QuarantineCommand() {
        std::string pattern = fs::temp_directory_path() / "sekisho-cli-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        const std::string socket = folder_ / "control.sock";
        std::ofstream(folder_ / "s.toml") << "[control]\nsocket = \"" << socket << "\"\n";
        control::Handlers handlers;
        handlers["quarantine.list"] =
            [this](const control::Request& request) -> base::Result<control::Reply> {
            base::JsonArray found;
            for (const std::string& id : ids_) {
                const bool fits = id.starts_with(request.args.string_or("id_prefix"));
                if (fits && std::ssize(found) < request.args.int_or("limit"))
                    found.emplace_back(base::JsonObject{{"id", id}, {"state", "held"}});
            }
            return control::Reply{base::JsonObject{{"entries", std::move(found)}}, ""};
        };
        for (const char* act :
             {"quarantine.show", "quarantine.delete", "quarantine.release", "quarantine.export"}) {
            handlers[act] = [this](const control::Request& request) -> base::Result<control::Reply> {
                const std::lock_guard lock(mutex_);
                asked_.push_back(request.command + " " + request.args.string_or("id"));
                return control::Reply{base::JsonObject{}, ""};
            };
        }
        auto server = control::Server::start({.socket = socket, .groups = {}}, std::move(handlers),
                                             [](const control::AuditEntry&) { return base::Result<void>(); });
        EXPECT_TRUE(server) << server.error().message;
        if (server) server_ = *std::move(server);
    }
    ~QuarantineCommand() override {
        server_.reset();
        fs::remove_all(folder_);
    }

    int run(Command command, const std::string& id, std::uint32_t limit = 100) {
        Options options;
        options.command = command;
        options.config = folder_ / "s.toml";
        options.id = id;
        options.limit = limit;
        ::testing::internal::CaptureStdout();
        ::testing::internal::CaptureStderr();
        const int code = run_quarantine(options);
        out_ = ::testing::internal::GetCapturedStdout();
        errors_ = ::testing::internal::GetCapturedStderr();
        return code;
    }

    fs::path folder_;
    std::vector<std::string> ids_{first, second, "aaaa0000000000000000000000000000"};
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::string out_, errors_;
    std::unique_ptr<control::Server> server_;
};

constexpr std::array acts{Command::quarantine_show, Command::quarantine_export, Command::quarantine_release,
                          Command::quarantine_remove};

TEST_F(QuarantineCommand, ActsTakeTheFirstDigitsOfAnId) {
    for (const Command act : acts)
        EXPECT_EQ(run(act, "4F1C8"), exit_code::fine) << errors_;
    EXPECT_THAT(asked_, ElementsAre("quarantine.show " + second, "quarantine.export " + second,
                                    "quarantine.release " + second, "quarantine.delete " + second))
        << "what is recorded names the entry";
    EXPECT_EQ(out_, "deleted " + second + "\n");
}

TEST_F(QuarantineCommand, DigitsOfNoneOrOfSeveralDoNothing) {
    for (const Command act : acts) {
        EXPECT_EQ(run(act, "4f1c"), exit_code::error);
        EXPECT_EQ(errors_, "sekisho: 2 quarantine ids begin with 4f1c: write more digits\n");
        EXPECT_EQ(run(act, "ffff"), exit_code::error);
        EXPECT_EQ(errors_, "sekisho: no such quarantine id\n");
        for (const std::string& no_id :
             {std::string("4f1"), std::string("4f1c*"), second + "0", std::string()}) {
            EXPECT_EQ(run(act, no_id), exit_code::error);
            EXPECT_THAT(errors_, HasSubstr("32 hexadecimal digits")) << no_id;
        }
    }
    EXPECT_TRUE(asked_.empty());
}

TEST_F(QuarantineCommand, ListSaysThatThereAreMore) {
    EXPECT_EQ(run(Command::quarantine_list, "", 2), exit_code::fine);
    EXPECT_THAT(out_, HasSubstr(second));
    EXPECT_EQ(out_.find("aaaa"), std::string::npos);
    EXPECT_THAT(errors_, HasSubstr("the newest 2; there are more: --limit N"));
    EXPECT_EQ(run(Command::quarantine_list, "", 3), exit_code::fine);
    EXPECT_THAT(out_, HasSubstr("aaaa"));
    EXPECT_EQ(errors_, "");
}

}  // namespace
}  // namespace sekisho::cli

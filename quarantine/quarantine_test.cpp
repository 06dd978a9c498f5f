#include "quarantine/quarantine.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "base/base64.h"
#include "store/testing.h"

namespace sekisho::quarantine {
namespace {

using namespace std::chrono_literals;
using std::chrono::system_clock;

class QuarantineTest : public testing::Test {
protected:
    QuarantineTest() {
        settings_.directory = folder_.path() + "/quarantine";
        settings_.key_file = folder_.path() + "/release.key";
        settings_.min_free = 0;
        envelope_.queue_id = "4Abc";
        envelope_.mail_from = "eve@example.net";
        envelope_.recipients = {"ann@example.com", "bob@example.com"};
        report_.verdict = model::Verdict::malicious;
        report_.message.subject = "Rechnung";
        report_.score = 12;
        open();
    }

    void open() {
        quarantine_ = nullptr;
        store_ = nullptr;
        store_ = store::Store::open(store_settings_).value();
        quarantine_ = Quarantine::open(settings_, *store_).value();
    }

    base::Result<std::string> put(const std::string& message, std::string reason = "malicious") {
        return quarantine_->put({.envelope = &envelope_,
                                 .recipients = envelope_.recipients,
                                 .message = base::as_bytes(message),
                                 .report = &report_,
                                 .reason = std::move(reason),
                                 .finding = "office.vba.autoexec"});
    }

    std::string file_of(const std::string& id, const std::string& suffix = ".eml") const {
        return settings_.directory + "/" + id.substr(0, 2) + "/" + id + suffix;
    }
    std::size_t events(const std::string& kind) {
        EXPECT_TRUE(store_->flush(20s));
        return store_->events(kind, 1'000).value().size();
    }

    testing_help::TempFolder folder_;
    config::StoreSettings store_settings_{.path = folder_.path() + "/sekisho.db"};
    config::QuarantineSettings settings_;
    model::Envelope envelope_;
    model::ScanReport report_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Quarantine> quarantine_;
};

TEST_F(QuarantineTest, KeepsMessageEnvelopeAndReport) {
    const std::string message = "Subject: x\r\n\r\nbody\r\n" + std::string("\0\xff", 2);
    const std::string id = put(message).value();
    ASSERT_EQ(id.size(), 32U);
    open();
    EXPECT_EQ(quarantine_->message(id).value(), message);
    EXPECT_NE(quarantine_->report(id).value().find("\"malicious\""), std::string::npos);
    const auto row = quarantine_->show(id).value();
    EXPECT_EQ(row.verdict, "malicious");
    EXPECT_EQ(row.state, "held");
    EXPECT_EQ(row.subject, "Rechnung");
    EXPECT_EQ(row.mail_from, "eve@example.net");
    EXPECT_EQ(row.recipients, envelope_.recipients);
    EXPECT_EQ(row.bytes, message.size());
    EXPECT_EQ(row.queue_id, "4Abc");
    EXPECT_GE(row.expires, row.at + std::chrono::days(90));
}

TEST_F(QuarantineTest, FilesAreForTheirOwnerAlone) {
    const std::string id = put("x").value();
    struct stat info{};
    for (const auto& path : testing_help::files_in(settings_.directory)) {
        ASSERT_EQ(::stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0600U) << path;
    }
    for (const auto& path : {settings_.directory, settings_.directory + "/" + id.substr(0, 2)}) {
        ASSERT_EQ(::stat(path.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, 0700U) << path;
    }
}

TEST_F(QuarantineTest, RetryFindsItsEntry) {
    const std::string id = put("message").value();
    const auto bytes = quarantine_->bytes();
    std::swap(envelope_.recipients[0], envelope_.recipients[1]);
    EXPECT_EQ(put("message").value(), id) << "the order of recipients is no difference";
    EXPECT_EQ(quarantine_->bytes(), bytes);
    EXPECT_NE(put("Message").value(), id);
    EXPECT_NE(put("message", "split").value(), id);
    envelope_.mail_from = "eva@example.net";
    EXPECT_NE(put("message").value(), id);
    EXPECT_EQ(store_->list_quarantine({}).value().size(), 4U);
}

TEST_F(QuarantineTest, DeletedMessageThatComesAgainIsHeldAgain) {
    const std::string id = put("message").value();
    ASSERT_TRUE(quarantine_->remove(id));
    EXPECT_EQ(quarantine_->bytes(), 0U);
    EXPECT_FALSE(quarantine_->message(id));
    EXPECT_EQ(quarantine_->remove(id).error().cause, base::Cause::invalid);
    EXPECT_EQ(quarantine_->show(id).value().state, "deleted");
    EXPECT_EQ(put("message").value(), id);
    EXPECT_EQ(quarantine_->show(id).value().state, "held");
    open();
    EXPECT_EQ(quarantine_->message(id).value(), "message");
}

TEST_F(QuarantineTest, HostileNamesAndIdsAreNoPaths) {
    envelope_.mail_from = "../../../etc/passwd%s%n\n\x1b[2J";
    report_.message.subject = std::string(64 * 1024, '/') + "\xff\xfe";
    envelope_.recipients = {"a/../../b@example.com", "\xff\xfe@example.com"};
    const std::string id = put("x").value();
    EXPECT_EQ(testing_help::files_in(settings_.directory).size(), 2U);
    open();
    EXPECT_EQ(quarantine_->show(id).value().subject.size(), 200U);
    for (const char* bad : {"", "..", "../../release.key", "0123456789abcdef0123456789abcde/",
                            "0123456789ABCDEF0123456789ABCDEF"}) {
        EXPECT_FALSE(quarantine_->message(bad));
        EXPECT_FALSE(quarantine_->show(bad));
        EXPECT_FALSE(quarantine_->remove(bad));
        EXPECT_FALSE(quarantine_->release(bad, {}));
    }
}

TEST_F(QuarantineTest, AddressesThatAreNoTextKeepTheirBytes) {
    envelope_.mail_from = "\xff\xfe@example.net";
    const std::string id = put("x").value();
    std::ifstream file(file_of(id, ".json"));
    const std::string sidecar((std::istreambuf_iterator<char>(file)), {});
    EXPECT_NE(sidecar.find(base::base64_encode(base::as_bytes(envelope_.mail_from))), std::string::npos);
}

TEST_F(QuarantineTest, LimitsAreHeld) {
    settings_.max_bytes = 20'000;
    open();
    ASSERT_TRUE(put(std::string(9'000, 'a')));
    const auto over = put(std::string(12'000, 'b'));
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().cause, base::Cause::limit);
    EXPECT_EQ(testing_help::files_in(settings_.directory).size(), 2U);
    EXPECT_TRUE(put(std::string(9'000, 'a'))) << "a retry needs no room";
    open();
    EXPECT_EQ(put(std::string(12'000, 'b')).error().cause, base::Cause::limit)
        << "counted again after a restart";

    settings_.max_bytes = 1ULL << 40;
    settings_.min_free = 1ULL << 60;
    open();
    EXPECT_EQ(put("c").error().cause, base::Cause::limit);
}

TEST_F(QuarantineTest, DiskThatRefusesLeavesNothingBehind) {
    quarantine_ = nullptr;
    store_ = nullptr;
    const int status = testing_help::in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const auto store = store::Store::open(store_settings_).value();
        const auto quarantine = Quarantine::open(settings_, *store).value();
        const rlimit limit{.rlim_cur = 300'000, .rlim_max = 300'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const std::string big(1'000'000, 'x');
        const auto kept =
            quarantine->put({.envelope = &envelope_, .message = base::as_bytes(big), .reason = "malicious"});
        if (kept) return 1;
        if (kept.error().cause != base::Cause::io && kept.error().cause != base::Cause::limit) return 2;
        if (quarantine->bytes() != 0) return 3;
        return quarantine->put({.envelope = &envelope_, .message = base::as_bytes("small"), .reason = "x"})
                   ? 0
                   : 4;
    });
    EXPECT_EQ(status, 0);
    EXPECT_EQ(testing_help::files_in(settings_.directory).size(), 2U);
}

TEST_F(QuarantineTest, LostStoreMeansNo) {
    quarantine_ = nullptr;
    store_ = nullptr;
    std::filesystem::remove(store_settings_.path);
    std::filesystem::create_directory(store_settings_.path);  // cannot be opened
    open();
    EXPECT_FALSE(put("x"));
    // The retry finds the file once the store is back.
    quarantine_ = nullptr;
    store_ = nullptr;
    std::filesystem::remove_all(store_settings_.path);
    open();
    EXPECT_TRUE(put("x"));
    EXPECT_EQ(store_->list_quarantine({}).value().size(), 1U);
    EXPECT_EQ(testing_help::files_in(settings_.directory).size(), 2U);
}

TEST_F(QuarantineTest, ExpiresByVerdict) {
    settings_.keep_days = {{model::Verdict::malicious, std::chrono::days(10)}};
    open();
    const std::string bad = put("bad").value();
    report_.verdict = model::Verdict::clean;
    const std::string clean = put("clean").value();
    const auto now = system_clock::now();
    EXPECT_TRUE(quarantine_->expire(now).value().empty());
    EXPECT_EQ(quarantine_->expire(now + std::chrono::days(8)).value(), std::vector<std::string>{clean});
    EXPECT_EQ(quarantine_->expire(now + std::chrono::days(11)).value(), std::vector<std::string>{bad});
    EXPECT_TRUE(quarantine_->expire(now + std::chrono::days(11)).value().empty());
    EXPECT_EQ(quarantine_->bytes(), 0U);
    EXPECT_EQ(quarantine_->show(bad).value().state, "expired");
    EXPECT_EQ(events("expired"), 2U);
    EXPECT_TRUE(testing_help::files_in(settings_.directory).empty());
}

TEST_F(QuarantineTest, StartReconcilesFilesAndRows) {
    const std::string kept = put("kept").value();
    const std::string gone = put("file is gone").value();
    const std::string half = put("half removed").value();
    const std::string bare = put("sidecar is gone").value();
    const std::string broken = put("sidecar is broken").value();
    quarantine_ = nullptr;
    ASSERT_TRUE(store_->set_quarantine_state(half, "deleted"));
    store_ = nullptr;
    std::filesystem::remove(store_settings_.path);  // all rows go
    {
        const auto fresh = store::Store::open(store_settings_).value();
        ASSERT_TRUE(fresh->put_quarantine({.id = gone, .at = system_clock::now(), .state = "held"}));
        ASSERT_TRUE(fresh->put_quarantine({.id = half, .at = system_clock::now(), .state = "deleted"}));
    }
    std::filesystem::remove(file_of(gone));
    std::filesystem::remove(file_of(bare, ".json"));
    {
        std::ofstream(file_of(broken, ".json")) << "{\"schema\":1,";
    }
    std::filesystem::create_directory(settings_.directory + "/ab");
    {
        std::ofstream(settings_.directory + "/ab/.new-abababababababababababababababab.eml") << "torn";
    }
    {
        std::ofstream(settings_.directory + "/ab/README") << "not ours";
    }
    open();
    EXPECT_EQ(quarantine_->show(kept).value().state, "held");
    EXPECT_EQ(quarantine_->show(kept).value().subject, "Rechnung");
    EXPECT_EQ(quarantine_->show(gone).value().state, "lost");
    EXPECT_EQ(quarantine_->show(half).value().state, "deleted");
    EXPECT_FALSE(quarantine_->message(half));
    for (const auto& id : {bare, broken}) {
        EXPECT_EQ(quarantine_->show(id).value().reason, "recovered");
        EXPECT_EQ(quarantine_->report(id).value(), "null");
    }
    EXPECT_EQ(testing_help::files_in(settings_.directory, ".new-").size(), 0U);
    EXPECT_EQ(testing_help::files_in(settings_.directory, "README").size(), 1U);
    EXPECT_EQ(testing_help::files_in(settings_.directory).size(), 7U);
    EXPECT_EQ(events("quarantine-lost"), 1U);
    EXPECT_EQ(events("quarantine-indexed"), 3U);
    open();
    EXPECT_EQ(events("quarantine-lost"), 1U) << "told once";
}

TEST_F(QuarantineTest, IndexIsMadeAgainWhenTheStoreIsBack) {
    const std::string id = put("kept").value();
    quarantine_ = nullptr;
    store_ = nullptr;
    std::filesystem::remove(store_settings_.path);
    std::filesystem::create_directory(store_settings_.path);  // cannot be opened: the store is lost
    open();
    EXPECT_FALSE(quarantine_->expire(system_clock::now()));
    std::filesystem::remove_all(store_settings_.path);
    EXPECT_TRUE(store_->flush(20s));  // whoever writes makes it try again
    EXPECT_TRUE(quarantine_->expire(system_clock::now()).value().empty());
    EXPECT_EQ(quarantine_->show(id).value().state, "held");
    EXPECT_EQ(quarantine_->message(id).value(), "kept");
}

TEST_F(QuarantineTest, ManyThreadsPutTheSameAndOthers) {
    std::vector<std::jthread> threads;
    std::vector<std::string> ids(8);
    for (std::size_t t = 0; t < ids.size(); ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i)
                EXPECT_TRUE(put("message " + std::to_string(i % 3 * 100 + static_cast<int>(t % 2))));
            ids[t] = put("the same").value();
        });
    }
    threads.clear();
    for (const auto& id : ids)
        EXPECT_EQ(id, ids[0]);
    EXPECT_EQ(store_->list_quarantine({}).value().size(), 7U);
    std::uint64_t bytes = 0;
    for (const auto& path : testing_help::files_in(settings_.directory))
        bytes += std::filesystem::file_size(path);
    EXPECT_EQ(quarantine_->bytes(), bytes);
}

TEST_F(QuarantineTest, FolderThatOthersMayWriteToIsRefused) {
    quarantine_ = nullptr;
    ASSERT_EQ(::chmod(settings_.directory.c_str(), 0777), 0);
    EXPECT_EQ(Quarantine::open(settings_, *store_).error().cause, base::Cause::invalid);
}

}  // namespace
}  // namespace sekisho::quarantine

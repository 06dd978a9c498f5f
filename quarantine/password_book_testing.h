// For tests of the password book: one with a store and a key of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "quarantine/password_book.h"
#include "quarantine/token.h"
#include "store/sqlite.h"
#include "store/testing.h"

namespace sekisho::quarantine {

inline const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());

inline Correspondence mail(const std::string& from,
                           std::vector<std::string> recipients = {"ann@our.example"}) {
    return {.direction = model::Direction::inbound,
            .mail_from = from,
            .from = {from},
            .recipients = std::move(recipients)};
}

inline Password password(std::string_view text, std::uint32_t rank = 0) {
    return {.text = Secret(text), .label = "keyword ja", .place = "mail text line 12", .rank = rank};
}

class PasswordBookTest : public testing::Test {
protected:
    PasswordBookTest() {
        base::open_log(base::LogTarget::standard_error, base::LogLevel::info, "test");
        open();
    }

    void open() {
        book_ = nullptr;
        store_ = nullptr;
        store_ = store::Store::open(store_settings_).value();
        book_ = PasswordBook::open(settings_, key_.bytes(), *store_).value();
    }
    void remember(const Correspondence& who, std::string_view text, std::uint32_t rank = 0,
                  std::chrono::system_clock::duration age = {}) {
        const std::vector<Password> list{password(text, rank)};
        ASSERT_TRUE(book_->remember(who, list, now - age));
    }
    std::vector<std::string> recall(const Correspondence& who,
                                    std::chrono::system_clock::time_point at = now) {
        std::vector<std::string> out;
        const auto found = book_->recall(who, at).value();
        for (const Password& one : found)
            out.emplace_back(one.text.view());
        return out;
    }
    void sql(const std::string& text) {
        store::Database database =
            store::Database::open(store_settings_.path, std::chrono::seconds(5)).value();
        ASSERT_TRUE(database.execute(text));
    }
    std::int64_t number(const std::string& query) {
        store::Database database =
            store::Database::open(store_settings_.path, std::chrono::seconds(5)).value();
        store::Statement statement = database.prepare(query).value();
        EXPECT_TRUE(statement.step().value());
        return statement.integer(0);
    }
    std::int64_t rows() { return number("SELECT count(*) FROM sealed"); }

    testing_help::TempFolder folder_;
    config::StoreSettings store_settings_{.path = folder_.path() + "/state/sekisho.db"};
    config::PasswordSettings settings_;
    ReleaseKey key_ = ReleaseKey::load_or_create(folder_.path() + "/release.key").value();
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<PasswordBook> book_;
};

}  // namespace sekisho::quarantine

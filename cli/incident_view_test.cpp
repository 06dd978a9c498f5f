#include "cli/incident_view.h"

#include <gtest/gtest.h>

#include <string>

namespace sekisho::cli {
namespace {

std::string line(const std::string& subject, base::JsonArray recipients, base::JsonArray taken_off = {}) {
    const auto count = static_cast<std::uint64_t>(recipients.size());
    return base::dump_json(base::JsonObject{
               {"at", 1'790'000'000},
               {"queue_id", "4Abc"},
               {"id", "s1"},
               {"account", "taro@example.jp"},
               {"client", "198.51.100.1"},
               {"new", true},
               {"helo", "[198.51.100.1]"},
               {"from", "taro@example.jp"},
               {"header_from", "\"Yamada\" <taro@example.jp>"},
               {"subject", subject},
               {"recipients", std::move(recipients)},
               {"taken_off", std::move(taken_off)},
               {"recipient_count", count},
               {"attachments", base::JsonArray{base::JsonObject{{"name", "請求書.zip"}, {"sha256", "aa"}},
                                               base::JsonObject{{"name", "b.doc"}, {"sha256", "bb"}}}},
               {"verdict", "clean"},
               {"action", "accept"},
               {"went_out", true}}) +
           "\n";
}

TEST(IncidentCsv, HasARowForEachRecipient) {
    const std::string csv =
        incident_csv(line("figures", {"a@example.net", "b@example.net"}, {"b@example.net"}));
    EXPECT_EQ(csv,
              "\xEF\xBB\xBFtime,queue_id,id,account,client,new,helo,envelope_from,from,subject,recipient,"
              "recipients,attachments,sha256,verdict,action,went_out\r\n"
              "\"2026-09-21T14:13:20Z\",\"4Abc\",\"s1\",\"taro@example.jp\",\"198.51.100.1\",\"yes\",\"[198."
              "51.100.1]\","
              "\"taro@example.jp\",\"\"\"Yamada\"\" "
              "<taro@example.jp>\",\"figures\",\"a@example.net\",\"2\",\"請求書.zip; "
              "b.doc\",\"aa; bb\",\"clean\",\"accept\",\"yes\"\r\n"
              "\"2026-09-21T14:13:20Z\",\"4Abc\",\"s1\",\"taro@example.jp\",\"198.51.100.1\",\"yes\",\"[198."
              "51.100.1]\","
              "\"taro@example.jp\",\"\"\"Yamada\"\" "
              "<taro@example.jp>\",\"figures\",\"b@example.net\",\"2\",\"請求書.zip; "
              "b.doc\",\"aa; bb\",\"clean\",\"taken off\",\"no\"\r\n");
}

TEST(IncidentCsv, NoCellIsAFormula) {
    for (const std::string subject : {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "＝1", "＠x"}) {
        const std::string csv = incident_csv(line(subject, {"a@example.net"}));
        EXPECT_NE(csv.find(",\"'" + subject + "\","), csv.npos) << csv;
    }
    // Control characters never get that far.
    const std::string csv = incident_csv(line("\t=1\r\n\"=2", {"a@example.net"}));
    EXPECT_NE(csv.find(",\"\\x09=1\\x0D\\x0A\"\"=2\","), csv.npos) << csv;
}

TEST(IncidentCsv, LinesThatAreNoneAreLeftOut) {
    const std::string head = incident_csv("");
    EXPECT_EQ(incident_csv("no json\n\n[1]\n3\n"), head);
    EXPECT_EQ(incident_csv("{}\n").size(), head.size() + 17 * 3 - 1 + 2 + 2 + 1 + 2);  // "no", "0", "no"
}

TEST(IncidentView, SaysWhatWentOutAndFromWhere) {
    const base::Json head(base::JsonObject{
        {"id", "0123456789abcdef"},
        {"subject", "account"},
        {"name", "taro@example.jp"},
        {"standing", "blocked"},
        {"reasons", base::JsonArray{"rate: far over"}},
        {"first_sign", 1'790'000'000},
        {"since", 1'789'996'400},
        {"ended", nullptr},
        {"sources",
         base::JsonArray{base::JsonObject{{"name", "198.51.100.1"}, {"messages", 3}, {"new", true}}}},
        {"out", base::JsonObject{{"messages", 3}, {"recipients", 9}, {"distinct_recipients", 8}}},
        {"held", 1},
        {"refused", 2}});
    const std::string text = print_incident(head, line("evil\x1b[31m", {"a@example.net", "b@example.net"}));
    EXPECT_NE(text.find("Went out:   3 mails to 9 recipients (8 different)\n"), text.npos) << text;
    EXPECT_NE(text.find("Reason:     rate: far over\n"), text.npos) << text;
    EXPECT_NE(text.find("198.51.100.1      3"), text.npos) << text;
    EXPECT_NE(text.find("a@example.net +1"), text.npos) << text;
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_NE(print_incident(base::Json(), "").find("No mail on record"), std::string::npos);
}

}  // namespace
}  // namespace sekisho::cli

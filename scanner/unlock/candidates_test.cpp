#include "scanner/unlock/candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "scanner/unlock/keywords.h"

namespace sekisho::scanner::unlock {
namespace {

struct Row {
    const char* text;
    const char* password;  // is to be among the first ten; null: no keyword candidate at all
    const char* label = nullptr;
};

// What people and their tools write. Japanese most of all.
const Row rows[] = {
    // clang-format off
    {"解凍パスワード: 4432", "4432", "keyword ja"},
    {"パスワードは「Ab3-xyz」です。", "Ab3-xyz", "keyword ja"},
    {"【解凍パスワード】GX8k2p", "GX8k2p", "keyword ja"},
    {"ﾊﾟｽﾜｰﾄﾞ：s1835", "s1835", "keyword ja"},
    {"PW：abc321", "abc321", "keyword en"},
    {"ＰＷ：ｎｔ００５", "nt005", "keyword en"},
    {"ＰＷ：ｎｔ００５", "ｎｔ００５", "keyword en"},
    {"Das Passwort lautet: W4ALLD", "W4ALLD", "keyword de"},
    {"La password è 3733", "3733", "keyword en"},
    {"Contraseña: 82KfQ", "82KfQ", "keyword es"},
    {"Mot de passe : 747", "747", "keyword fr"},
    {"Password:\n z5247", "z5247", "keyword en"},
    {"パスワードは別メールでお送りします。", nullptr},
    {"パスワードは別途メールにてお知らせいたします。", nullptr},
    {"パスワード：別メールにてお送りします", nullptr},
    {"お世話になっております。\n添付ファイルのパスワードは以下の通りです。\n\nTk7#mQ2z\n\nよろしくお願いいたします。", "Tk7#mQ2z", "keyword ja"},
    {"先ほどお送りしたメールの添付ファイルのパスワードをお知らせします。\r\n\r\n解凍パスワード：x9Lp42Qa\r\n", "x9Lp42Qa", "keyword ja"},
    {"■ファイル名：請求書.zip\n■パスワード：20220425\n", "20220425", "keyword ja"},
    {"添付ファイル名：invoice.zip\n解凍ＰＷ：１２３４\n", "1234", "keyword en"},
    {"ZIPのパスワードは 5678 になります。", "5678", "keyword ja"},
    {"パスワード → abc999", "abc999", "keyword ja"},
    {"パスワード⇒Zz11", "Zz11", "keyword ja"},
    {"パスワード = hogehoge", "hogehoge", "keyword ja"},
    {"パスワードは、1234です。", "1234", "keyword ja"},
    {"パスワード（半角英数字）：Kx82mm", "Kx82mm", "keyword ja"},
    {"パスワード：Kx82mm（半角英数字）", "Kx82mm", "keyword ja"},
    {"パスワードは『S@kura2024』でございます。", "S@kura2024", "keyword ja"},
    {"「Hana-2023」が解凍用パスワードとなります。", "Hana-2023", "keyword ja"},
    {"7788 がパスワードです。", "7788", "keyword ja"},
    {"暗証番号：0923", "0923", "keyword ja"},
    {"解凍キー：QW12ER", "QW12ER", "keyword ja"},
    {"復号キーは下記です\n-----------\nm4Nq8\n-----------\n", "m4Nq8", "keyword ja"},
    {"パスワード\n========\n  ff-2200-xx\n", "ff-2200-xx", "keyword ja"},
    {"開封パスワード「tanaka0401」", "tanaka0401", "keyword ja"},
    {"パスワードは弊社電話番号の下4桁 4649 です", "4649"},
    {"> 解凍パスワード：rE5-tT\n> 以上、よろしくお願いいたします。", "rE5-tT", "keyword ja"},
    {"パスワード\tp0o9i8\n有効期限\t3日", "p0o9i8", "keyword ja"},
    {"| パスワード | Lm90pp |", "Lm90pp", "keyword ja"},
    {"パスワード：さくら2020", "さくら2020", "keyword ja"},
    {"パスワード：「ひらけごま」", "ひらけごま", "keyword ja"},
    {"PASS:1122", "1122", "keyword en"},
    {"PASSは 3344 です", "3344", "keyword en"},
    {"pass→ab12", "ab12", "keyword en"},
    {"Pass: Sekisho!", "Sekisho!", "keyword en"},
    {"P/W: 9f9f9f", "9f9f9f", "keyword en"},
    {"パスコード: 445566", "445566", "keyword ja"},
    {"解凍：aa11bb", "aa11bb", "keyword ja"},
    {"パス：kk77", "kk77", "keyword ja"},
    {"パスワードは下記になります。\n　\n　　Ｐａｓｓ１２３\n", "Pass123", "keyword ja"},
    {"パス\xe2\x80\x8bワード：zw\xe2\x80\x8b" "55", "zw55", "keyword ja"},
    {"このメールは自動送信されています。\n\n添付ファイル: mitsumori.zip\nパスワード  : 4hT9vQ2rLx\n\n※本メールに心当たりのない方は破棄してください。", "4hT9vQ2rLx", "keyword ja"},
    {"件名：Re: 見積書の件\n添付ファイルのパスワードを送付いたします。\n\nPassword: Ux4JxQvN\n", "Ux4JxQvN"},
    {"ファイルのパスワードは今日の日付(20240115)です", "20240115"},
    {"パスワードは以下です。\nzip: dq3-lv99\n", "dq3-lv99", "keyword ja"},
    {"パスワード１：ab-12\nパスワード２：cd-34", "cd-34", "keyword ja"},
    {"Password: 980", "980", "keyword en"},
    {"The password for the document is BV1", "BV1", "keyword en"},
    {"Archive password is \"U4613\".", "U4613", "keyword en"},
    {"password - FISGLOBAL", "FISGLOBAL", "keyword en"},
    {"Zip pass: atx192", "atx192", "keyword en"},
    {"File password: office-091122", "office-091122", "keyword en"},
    {"Please use the password JPM1722 to open the attachment.", "JPM1722", "keyword en"},
    {"Please see the attached.\n\nPassword for invoice_0425.zip: W4ALLD\n\nThanks,\nBob", "W4ALLD", "keyword en"},
    {"The attached archive is password protected. Use 8823 to unpack.", "8823"},
    {"4432 is the password", "4432", "keyword en"},
    {"PIN: 7123", "7123", "keyword en"},
    {"passcode = \xe2\x80\x9cQuiet-River-7\xe2\x80\x9d", "Quiet-River-7", "keyword en"},
    {"Password: correct horse", "correct horse", "keyword en"},
    {"password *Blue77*", "Blue77", "keyword en"},
    {"Your code:\n\n    AYALZNOJY\n\n", "AYALZNOJY"},
    {"Das Kennwort für die ZIP-Datei ist Sommer2023!", "Sommer2023!", "keyword de"},
    {"Passwort zum Entpacken: doc2546", "doc2546", "keyword de"},
    {"KENNWORT:\r\n\r\nH322\r\n", "H322", "keyword de"},
    {"Passwort: Grüße1", "Grüße1", "keyword de"},
    {"Le mot de passe est « RR17 ».", "RR17", "keyword fr"},
    {"MDP : nov123", "nov123", "keyword fr"},
    {"Mot de passe pour ouvrir le fichier : Soleil-9", "Soleil-9", "keyword fr"},
    {"Password per aprire il file: 4vahobk5lzs", "4vahobk5lzs", "keyword en"},
    {"la parola d'ordine è tGRx4zRp", "tGRx4zRp", "keyword it"},
    {"La contraseña es 25082022", "25082022", "keyword es"},
    {"Clave: NH833", "NH833", "keyword es"},
    {"CONTRASEÑA: XX-55", "XX-55", "keyword es"},
    {"A senha do arquivo é gMZLBKgKO1", "gMZLBKgKO1", "keyword pt"},
    {"Senha: 71822", "71822", "keyword pt"},
    {"Palavra-passe: lisboa99", "lisboa99", "keyword pt"},
    {"Het wachtwoord is kaas42", "kaas42", "keyword nl"},
    {"Wachtwoord voor het bestand: tulp-77", "tulp-77", "keyword nl"},
    {"Hasło do pliku: zima2022", "zima2022", "keyword pl"},
    {"HASŁO: k0d77", "k0d77", "keyword pl"},
    {"Пароль: 12345678", "12345678", "keyword ru"},
    {"Пароль к архиву - qwe321", "qwe321"},
    {"ПАРОЛЬ ОТ АРХИВА: zxc999", "zxc999", "keyword ru"},
    {"解压密码：xiaoming88", "xiaoming88", "keyword zh"},
    {"附件密码为 6688", "6688", "keyword zh"},
    {"密碼是「tw2024」", "tw2024", "keyword zh"},
    {"비밀번호: hangul11", "hangul11", "keyword ko"},
    {"압축 비밀번호는 9900 입니다", "9900", "keyword ko"},
    {"암호：kr-77", "kr-77", "keyword ko"},
    {"Heslo: brno22", "brno22", "keyword cs"},
    {"Lösenord: abba76", "abba76", "keyword sv"},
    {"Hello,\n\nU22\n\nBest regards", "U22", "quoted token"},
    {"see the file, 3733", "3733", "token"},
    {"use \"Zebra-Crossing\" for it", "Zebra-Crossing", "quoted token"},
    // Passwords by rule: what the rule speaks of stands elsewhere in the text.
    {"2024年6月7日の週報です。\nパスワードは本日の日付（西暦8桁）です。", "20240607", "keyword ja"},
    {"令和6年6月7日\nパスワードは発行日の日付8桁です。", "20240607", "keyword ja"},
    {"8/19の速報です。\nパスワードは送信日の月日4桁です。", "0819", "keyword ja"},
    {"minutes of 06/07/2024\nThe password is the date of the meeting (8 digits).", "06072024", "keyword en"},
    {"パスワードは弊社電話番号の下4桁です。\nTEL：052-000-4649", "4649", "keyword ja"},
    {"パスワードは社名（英小文字）＋西暦です。\n2024年版\nx@example.co.jp", "example2024", "keyword ja"},
    {"パスワードはお客様の生年月日8桁です。例：1980年1月1日", nullptr},
    {"パスワードの有効期限は送信日から14日間です。2024/05/05", nullptr},
    // Spelled out, marked, hidden, in brackets.
    {"パスワードは次の6文字です。\n\nK\n\n7\n\nM\n\n2\n\nP\n\n9\n", "K7M2P9", "keyword ja"},
    {"解凍パスワードは下記です。\nZ 4 R 8 T 2\n", "Z4R8T2", "keyword ja"},
    {"パスワード：Z 4 R 8 T 2\n", "Z4R8T2", "keyword ja"},
    {"パスワード：#Qa7zWs4", "#Qa7zWs4", "keyword ja"},
    {"Password = _tmp_88", "_tmp_88", "keyword en"},
    {"パスワード\n-Rw7q2Xe\n", "-Rw7q2Xe", "keyword ja"},
    {"パスワードは 000000 31-41-59です", "31-41-59", "keyword ja"},
    {"パスワード：(^_^)9", "(^_^)9", "keyword ja"},
    {"パスワードは P@ss.w0rd1 です。", "P@ss.w0rd1", "keyword ja"},
    {"パスワード AyameSaku を入力してください。", "AyameSaku", "keyword ja"},
    {"パスワードはひらがなで「さくらんぼ」です", "さくらんぼ", "keyword ja"},
    {"開くには「開門」と入力してください。漢字2文字のパスワードです。", "開門", "keyword ja"},
    // Figures, links and other fields of a form are no passwords where nothing names them as such.
    {"パスワードは次のメールで送信されます。\n送信日時：2024/04/12 10:35:21\n", nullptr},
    {"パスワードを変更しました。\n日時：2024/05/05 12:34\nIP：192.0.2.15\n", nullptr},
    {"パスワードの再設定はこちら\nhttps://account.example.jp/reset?token=9f8e7d6c5b4a\n", nullptr},
    {"https://my.example.jp/security/password?ref=mail0808", nullptr},
    {"パスワードをお忘れの方\n電話：0120-111-222\n", nullptr},
    {"2024年4月1日よりパスワード付きZIPを廃止します。", nullptr},
    {"パスワードは90日ごとに変えてください。", nullptr},
    {"パスワードは別途お送りします。\n\nA-550182\n", nullptr},
    {"パスワードは設定していません。\nサイズ：1.8MB\n", nullptr},
    {"Passwort folgt.\nDatum: 12A\n", nullptr},
    {"The password will be sent later.\n\nRegards,\nPat", nullptr},
    {"What is the password? The meeting is at 10:30.", nullptr},
    {"Our passport office and passengers bypass compasses.", nullptr},
    {"", nullptr},
    // clang-format on
};

std::size_t rank_of(const Passwords& found, std::string_view password) {
    const auto ranked = found.ranked();
    const auto at = std::ranges::find(ranked, password, &PasswordCandidate::text);
    return static_cast<std::size_t>(at - ranked.begin());
}

std::string listing(const Passwords& found) {
    std::string out;
    for (const auto& candidate : found.ranked())
        out += candidate.label() + ": " + candidate.text + "\n";
    return out;
}

TEST(Candidates, PasswordIsAmongTheFirstTen) {
    for (const Row& row : rows) {
        SCOPED_TRACE(row.text);
        Passwords found;
        harvest_text(row.text, {}, found);
        const auto ranked = found.ranked();
        if (row.password == nullptr) {
            for (const auto& candidate : ranked)
                EXPECT_NE(candidate.source, PasswordSource::keyword);
            continue;
        }
        const std::size_t rank = rank_of(found, row.password);
        EXPECT_LT(rank, std::min<std::size_t>(10, ranked.size())) << listing(found);
        if (row.label != nullptr && rank < ranked.size()) {
            EXPECT_EQ(ranked[rank].label(), row.label) << listing(found);
        }
    }
    EXPECT_GE(std::size(rows), 100u);
}

TEST(Candidates, Subjects) {
    for (const auto& [subject, password] :
         std::initializer_list<std::pair<const char*, const char*>>{{"【パスワード通知】請求書 8Kx2", "8Kx2"},
                                                                    {"Re: invoice (4432)", "4432"},
                                                                    {"[PW] Zk-81", "Zk-81"},
                                                                    {"解凍パスワード：ab12", "ab12"}}) {
        Passwords found;
        harvest_subject(subject, found);
        EXPECT_LT(rank_of(found, password), 10u) << subject << "\n" << listing(found);
    }
}

TEST(Candidates, FileNames) {
    for (const auto& [name, password] :
         std::initializer_list<std::pair<const char*, const char*>>{{"invoice_pass_1234.zip", "1234"},
                                                                    {"請求書(pw4649).zip", "4649"},
                                                                    {"20220425_mitsumori.zip", "20220425"},
                                                                    {"Report-NH833.zip", "NH833"},
                                                                    {"DOC5512.zip", "DOC5512"},
                                                                    {"DOC5512.zip", "5512"}}) {
        Passwords found;
        harvest_file_name(name, found);
        EXPECT_LT(rank_of(found, password), 10u) << name << "\n" << listing(found);
    }
}

TEST(Candidates, OtherMailsGetThoseOfAMailThatSpeaksOfFiles) {
    const auto told = [](std::string_view first, std::string_view second, std::string_view subject) {
        const NamedText texts[] = {{first, "mail text"}, {second, "text 2"}, {subject, "subject"}};
        Passwords found;
        harvest_for_others(texts, found);
        std::vector<std::string> out;
        for (const PasswordCandidate& candidate : found.ranked())
            out.push_back(candidate.text + ", " + candidate.label());
        return out;
    };
    using All = std::vector<std::string>;
    EXPECT_EQ(told("the archive\n\npassword: Zk-81", "", ""), All{"Zk-81, keyword en, mail text line 3"});
    EXPECT_EQ(told("", "PW：abc321", "添付ファイル"), All{"abc321, keyword en, text 2 line 1"});
    EXPECT_EQ(told("ＺＩＰ", "", "PASSWORD: x9Lp"), All{"x9Lp, keyword en, subject line 1"});
    EXPECT_EQ(told("your login\npassword: Zk-81", "", ""), All{});
    EXPECT_EQ(told("the archive is attached", "", "Zk-81"), All{});
    EXPECT_EQ(told("see https://example.com/archive/password:Zk-81", "", ""), All{});
}

TEST(Candidates, HostileTextsStayLinearAndBounded) {
    std::string keywords;
    for (int i = 0; i < 100'000; ++i)
        keywords += "pw:x" + std::to_string(i) + " ";
    const std::string hostile[] = {std::string(2u << 20, '"'), std::string(2u << 20, 'a'),
                                   std::string(2u << 20, '\n'), keywords, std::string(3'000'000, '\xE3')};
    for (const std::string& text : hostile) {
        Passwords found;
        harvest_text(text, {}, found);
        EXPECT_LE(found.size(), Passwords::max_candidates);
    }
}

TEST(Candidates, CutsAndFlipsNeverCrash) {
    std::mt19937 random(7);
    for (const Row& row : rows) {
        const std::string text = row.text;
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            Passwords found;
            harvest_text(std::string_view(text).substr(0, cut), {}, found);
            harvest_file_name(std::string_view(text).substr(cut), found);
        }
        for (int i = 0; i < 20 && !text.empty(); ++i) {
            std::string bad = text;
            bad[random() % bad.size()] ^= static_cast<char>(1u << (random() % 8));
            Passwords found;
            harvest_subject(bad, found);
            harvest_text(bad, {}, found);
        }
    }
}

}  // namespace
}  // namespace sekisho::scanner::unlock

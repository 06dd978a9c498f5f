#include "scanner/unlock/keywords.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sekisho::scanner::unlock {

namespace {

struct Keyword {
    std::u32string_view word;  // folded
    std::string_view language;
    bool weak = false;
};

// clang-format off
constexpr std::array keywords{  // NOLINT: a table holds nothing else
    Keyword{U"パスワード", "ja"}, Keyword{U"パスワ-ド", "ja"}, Keyword{U"パスワ―ド", "ja"}, Keyword{U"パスワ一ド", "ja"},
    Keyword{U"ぱすわーど", "ja"}, Keyword{U"パスコード", "ja"}, Keyword{U"パスフレーズ", "ja"}, Keyword{U"パス", "ja", true},
    Keyword{U"暗証番号", "ja"}, Keyword{U"暗証", "ja"}, Keyword{U"暗証コード", "ja"}, Keyword{U"解凍キー", "ja"},
    Keyword{U"解凍コード", "ja"}, Keyword{U"解凍用キー", "ja"}, Keyword{U"展開キー", "ja"}, Keyword{U"復号キー", "ja"},
    Keyword{U"復号化キー", "ja"}, Keyword{U"復号鍵", "ja"}, Keyword{U"開封キー", "ja"}, Keyword{U"暗号キー", "ja"},
    Keyword{U"暗号鍵", "ja"}, Keyword{U"解除キー", "ja"}, Keyword{U"解除コード", "ja"}, Keyword{U"合言葉", "ja"},
    Keyword{U"合い言葉", "ja"}, Keyword{U"キーワード", "ja"}, Keyword{U"鍵", "ja", true}, Keyword{U"解凍", "ja", true},
    Keyword{U"password", "en"}, Keyword{U"passwords", "en"}, Keyword{U"pass word", "en"}, Keyword{U"pass-word", "en"},
    Keyword{U"passwd", "en"}, Keyword{U"passwrd", "en"}, Keyword{U"pasword", "en"}, Keyword{U"passcode", "en"},
    Keyword{U"pass code", "en"}, Keyword{U"passphrase", "en"}, Keyword{U"pass phrase", "en"}, Keyword{U"passkey", "en"},
    Keyword{U"pass", "en"}, Keyword{U"pwd", "en"}, Keyword{U"pw", "en"}, Keyword{U"p/w", "en"}, Keyword{U"psw", "en"},
    Keyword{U"pswd", "en"}, Keyword{U"psswd", "en"}, Keyword{U"p@ssword", "en"}, Keyword{U"pin", "en", true},
    Keyword{U"pin code", "en"}, Keyword{U"access code", "en"}, Keyword{U"unlock code", "en"}, Keyword{U"archive code", "en"},
    Keyword{U"zip code", "en", true}, Keyword{U"unzip key", "en"}, Keyword{U"code", "en", true}, Keyword{U"key", "en", true},
    Keyword{U"passwort", "de"}, Keyword{U"paßwort", "de"}, Keyword{U"passworte", "de"}, Keyword{U"kennwort", "de"},
    Keyword{U"kennworte", "de"}, Keyword{U"archivpasswort", "de"}, Keyword{U"zip-passwort", "de"}, Keyword{U"entpackpasswort", "de"},
    Keyword{U"dateipasswort", "de"}, Keyword{U"zugangscode", "de"}, Keyword{U"losungswort", "de"}, Keyword{U"kennung", "de", true},
    Keyword{U"mot de passe", "fr"}, Keyword{U"mots de passe", "fr"}, Keyword{U"mot-de-passe", "fr"}, Keyword{U"motdepasse", "fr"},
    Keyword{U"mdp", "fr"}, Keyword{U"code d'accès", "fr"}, Keyword{U"code d’accès", "fr"}, Keyword{U"clé", "fr", true},
    Keyword{U"parola d'ordine", "it"}, Keyword{U"parola d’ordine", "it"}, Keyword{U"parola chiave", "it"}, Keyword{U"codice", "it", true},
    Keyword{U"codice di accesso", "it"}, Keyword{U"chiave", "it", true},
    Keyword{U"contraseña", "es"}, Keyword{U"contrasena", "es"}, Keyword{U"contraseñas", "es"}, Keyword{U"clave", "es"},
    Keyword{U"clave de acceso", "es"}, Keyword{U"código", "es", true}, Keyword{U"código de acceso", "es"},
    Keyword{U"senha", "pt"}, Keyword{U"senhas", "pt"}, Keyword{U"palavra-passe", "pt"}, Keyword{U"palavra passe", "pt"},
    Keyword{U"palavra-chave", "pt"}, Keyword{U"chave", "pt", true},
    Keyword{U"wachtwoord", "nl"}, Keyword{U"paswoord", "nl"}, Keyword{U"wachtzin", "nl"}, Keyword{U"toegangscode", "nl"},
    Keyword{U"sleutel", "nl", true},
    Keyword{U"hasło", "pl"}, Keyword{U"haslo", "pl"}, Keyword{U"hasła", "pl"}, Keyword{U"hasłem", "pl"}, Keyword{U"hasle", "pl"},
    Keyword{U"haśle", "pl"}, Keyword{U"kod", "pl", true}, Keyword{U"klucz", "pl", true},
    Keyword{U"пароль", "ru"}, Keyword{U"пароля", "ru"}, Keyword{U"паролем", "ru"}, Keyword{U"пароли", "ru"}, Keyword{U"паролю", "ru"},
    Keyword{U"код", "ru", true}, Keyword{U"ключ", "ru", true}, Keyword{U"кодовое слово", "ru"},
    Keyword{U"密码", "zh"}, Keyword{U"密碼", "zh"}, Keyword{U"解压码", "zh"}, Keyword{U"解壓碼", "zh"}, Keyword{U"口令", "zh"},
    Keyword{U"提取码", "zh"}, Keyword{U"提取碼", "zh"}, Keyword{U"验证码", "zh"}, Keyword{U"驗證碼", "zh"}, Keyword{U"密钥", "zh"},
    Keyword{U"密鑰", "zh"}, Keyword{U"通行碼", "zh"},
    Keyword{U"비밀번호", "ko"}, Keyword{U"비밀 번호", "ko"}, Keyword{U"패스워드", "ko"}, Keyword{U"암호", "ko"}, Keyword{U"비번", "ko"},
    Keyword{U"해제 코드", "ko"}, Keyword{U"압축키", "ko"},
    Keyword{U"пароль", "uk"}, Keyword{U"heslo", "cs"}, Keyword{U"lösenord", "sv"}, Keyword{U"adgangskode", "da"},
    Keyword{U"kodeord", "da"}, Keyword{U"passord", "no"}, Keyword{U"salasana", "fi"}, Keyword{U"jelszó", "hu"}, Keyword{U"jelszo", "hu"},
    Keyword{U"parola", "it"}, Keyword{U"parolă", "ro"}, Keyword{U"şifre", "tr"}, Keyword{U"sifre", "tr"}, Keyword{U"κωδικός", "el"},
    Keyword{U"κωδικος", "el"}, Keyword{U"парола", "bg"}, Keyword{U"lozinka", "hr"}, Keyword{U"kata sandi", "id"}, Keyword{U"mật khẩu", "vi"},
    Keyword{U"รหัสผ่าน", "th"},
};

// Behind a keyword and before the password; spaces around them are skipped by the caller.
constexpr auto links = std::to_array<std::u32string_view>({
    U"は", U"が", U"を", U"です", U"になります", U"となります", U"とは", U"には", U"も", U"の", U"は下記", U"は以下",
    U"is", U"are", U"was", U"will be", U"would be", U"it's", U"as", U"has been set to", U"set to", U"is set to",
    U"lautet", U"ist", U"lauten", U"heißt", U"heisst", U"est", U"sont", U"c'est", U"sera", U"è", U"e'", U"é", U"e",
    U"sono", U"es", U"son", U"será", U"são", U"sao", U"luidt", U"is het", U"to", U"jest", U"brzmi", U"это", U"такой",
    U"следующий", U"–", U"是", U"为", U"為", U"如下", U"就是", U"는", U"은", U"이", U"가", U"입니다", U"je", U"är", U"er",
});

constexpr auto stop_words = std::to_array<std::u32string_view>({
    U"a", U"an", U"the", U"for", U"of", U"to", U"is", U"are", U"in", U"on", U"at", U"by", U"and", U"or", U"with",
    U"your", U"our", U"my", U"this", U"that", U"it", U"as", U"be", U"will", U"was", U"has", U"not", U"from", U"you",
    U"we", U"protected", U"file", U"files", U"attached", U"attachment", U"archive", U"document", U"zip", U"below",
    U"following", U"sent", U"separately", U"separate", U"email", U"mail", U"required", U"needed", U"please", U"used",
    U"open", U"unzip", U"unpack", U"code", U"protection", U"reset", U"für", U"fur", U"der", U"die", U"das", U"den",
    U"dem", U"zum", U"zur", U"ist", U"lautet", U"datei", U"anhang", U"archiv", U"pour", U"le", U"la", U"les", U"du",
    U"de", U"del", U"est", U"suivant", U"il", U"per", U"para", U"el", U"al", U"es", U"em", U"do", U"da", U"van", U"voor",
    U"het", U"een", U"dla", U"jest", U"к", U"от", U"zip-datei", U"password", U"passwort", U"protect", U"changed", U"incorrect",
    U"expires", U"follows", U"folgt", U"policy", U"manager", U"forgotten", U"sending", U"oublié", U"olvidada", U"vergessen", U"enviada", U"enviado",
    U"inviata", U"verzonden", U"envoyé", U"communiqué", U"wysłane", U"zostanie", U"будет", U"wird", U"werden", U"verrà",
});

constexpr auto particles = std::to_array<std::u32string_view>({
    U"を", U"で", U"にて", U"と入力", U"となり", U"になり", U"でござい", U"을", U"를", U"입니다", U"으로", U"로", U"이에요",
});

constexpr auto elsewhere = std::to_array<std::u32string_view>({
    U"別途", U"別メール", U"別送", U"別便", U"次のメール", U"後ほど", U"後送", U"追って", U"お電話にて", U"電話でお", U"sms",
    U"届いて", U"お忘れ", U"忘れた", U"再設定", U"リセット", U"かかっていません", U"廃止", U"尋ねる",
    U"separately", U"separate e", U"separate m", U"another e", U"another m", U"by phone", U"call me", U"call us",
    U"forgot", U"reset", U"expires", U"will follow", U"will be sent", U"next mail", U"next e", U"folgt",
    U"gesondert", U"separat", U"getrennt", U"telefonisch", U"vergessen", U"par sms", U"séparé", U"autre mail", U"oublié",
    U"réinitialis", U"messaggio separato", U"altra mail", U"otro correo", U"por separado", U"outro e-mail",
    U"outro email", U"aparte e", U"per aparte", U"osobn", U"отдельн", U"другим письмом", U"另行", U"另外", U"来电", U"來電",
    U"별도", U"따로",
});

constexpr auto other_labels = std::to_array<std::u32string_view>({
    U"番号", U"日時", U"日付", U"送信日", U"発行日", U"登録", U"期限", U"期間", U"有効", U"締切", U"容量", U"サイズ",
    U"件数", U"件名", U"宛先", U"送信者", U"受信者", U"差出人", U"担当", U"電話", U"ファックス", U"受付", U"問い合わせ",
    U"問合せ", U"端末", U"地域", U"ページ", U"対象", U"メールid", U"送信id", U"ハッシュ", U"url", U"tel", U"fax",
    U"phone", U"mobile", U"携帯", U"date", U"time", U"size", U"from", U"sent", U"subject", U"ticket", U"order", U"expir",
    U"valid", U"until", U"message id", U"message-id", U"case", U"datum", U"größe", U"telefon", U"gültig", U"betreff",
    U"日期", U"时间", U"時間", U"大小", U"电话", U"主题", U"主題", U"날짜", U"기간", U"제목", U"전화", U"тема", U"телефон",
});

// A mail that speaks of files. Stems: "attach" for "attached" and "attachment".
constexpr auto file_words = std::to_array<std::u32string_view>({
    U"添付", U"解凍", U"圧縮", U"展開", U"暗号化", U"ファイル", U"フォルダ", U"別送", U"書庫",
    U"zip", U"7z", U".rar", U".pdf", U".xls", U".doc", U"attach", U"archive", U"file", U"encrypted",
    U"anhang", U"anlage", U"angehängt", U"datei", U"archiv", U"bijlage", U"bestand",
    U"pièce jointe", U"pièces jointes", U"ci-joint", U"fichier",
    U"allegat", U"adjunt", U"fichero", U"anexo", U"anexad", U"arquivo", U"ficheiro",
    U"załącz", U"plik", U"archiwum", U"вложен", U"прикреп", U"файл", U"архив",
    U"附件", U"附檔", U"压缩", U"壓縮", U"解压", U"解壓", U"文件", U"檔案", U"첨부", U"압축", U"파일",
});

// clang-format on

constexpr char32_t ascii_end = 128;

constexpr bool is_ascii_letter(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }

// Where a keyword may begin, or a link go on.
constexpr std::array<bool, ascii_end> ascii_places = [] {
    std::array<bool, ascii_end> out{};
    out[U':'] = true;
    for (const Keyword& row : keywords) {
        const char32_t first = row.word[0];
        if (first >= ascii_end) continue;
        out.at(first) = true;
        if (is_ascii_letter(first)) out.at(first - 32) = true;
    }
    return out;
}();

// Keywords by their first character, longest first within each: a position costs one look at a small bucket.
class Index {
public:
    Index() {
        for (const Keyword& row : keywords)
            rows_.push_back(&row);
        std::ranges::stable_sort(rows_, [](const Keyword* a, const Keyword* b) {
            if (a->word[0] != b->word[0]) return a->word[0] < b->word[0];
            return a->word.size() > b->word.size();
        });
        for (const Keyword* row : rows_) {
            firsts_.set(row->word[0]);
            if (row->word[0] >= ascii) continue;
            std::bitset<ascii + 1>& seconds = seconds_[row->word[0]];
            row->word.size() > 1 ? seconds.set(std::min<std::size_t>(row->word[1], ascii)) : seconds.set();
        }
        constexpr char32_t end_of_cases = 0x530;  // behind Cyrillic: fold() knows no letters further on
        for (char32_t c = 0; c < end_of_cases; ++c) {
            if (firsts_[fold(c)]) firsts_.set(c);
        }
    }
    // By the character alone, in either case.
    bool may_begin(char32_t c) const { return c < firsts_.size() && firsts_[c]; }
    // False: none begins with these two folded characters; 0 for the second at the end of a text.
    bool may_begin(char32_t first, char32_t second) const {
        return first >= ascii || seconds_[first].test(std::min<std::size_t>(second, ascii));
    }
    std::span<const Keyword* const> starting_with(char32_t c) const {
        const auto first_of = [](const Keyword* row) { return row->word[0]; };
        const auto range = std::ranges::equal_range(rows_, c, {}, first_of);
        return {range.begin(), range.end()};
    }

private:
    std::bitset<0x10000> firsts_;
    std::vector<const Keyword*> rows_;
    static constexpr std::size_t ascii = ascii_end;
    std::array<std::bitset<ascii + 1>, ascii> seconds_{};  // by the first character; all others are one
};

const Index& index() {
    static const Index instance;
    return instance;
}

bool matches(std::u32string_view text, std::size_t at, std::u32string_view folded) {
    if (folded.size() > text.size() - at) return false;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        if (fold(text[at + i]) != folded[i]) return false;
    }
    return true;
}

bool holds_any(std::u32string_view text, std::span<const std::u32string_view> words) {
    std::bitset<256> begins;  // by the lowest byte of the first character
    for (const std::u32string_view word : words)
        begins.set(word[0] & 0xFFu);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char32_t first = fold(text[at]);
        if (!begins.test(first & 0xFFu)) continue;
        const auto is_here = [&](std::u32string_view word) {
            return word[0] == first && matches(text, at, word);
        };
        if (std::ranges::any_of(words, is_here)) return true;
    }
    return false;
}

// "pass" in "bypass" or "passenger" is none; "pw1234" is one, and so is "PASSは".
bool stands_alone(std::u32string_view text, std::size_t at, std::size_t length) {
    const std::size_t end = at + length;
    if (at > 0 && is_letter(text[at]) && is_letter(text[at - 1])) return false;
    return end >= text.size() || !is_letter(text[end - 1]) || !is_letter(text[end]);
}

}  // namespace

char32_t fold(char32_t c) {
    if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 32 : c;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
    if (c >= 0x100 && c <= 0x137) return c | 1;
    if (c >= 0x139 && c <= 0x148) return c % 2 == 1 ? c + 1 : c;
    if (c >= 0x14A && c <= 0x177) return c | 1;
    if (c >= 0x391 && c <= 0x3A9) return c + 32;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    return c;
}

bool is_letter(char32_t c) {
    const char32_t low = fold(c);
    if (low < 0x80) return low >= U'a' && low <= U'z';
    return (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x52F) ||
           (c >= 0x1E00 && c <= 0x1EFF);
}

std::size_t next_place(std::u32string_view text, std::size_t at) {
    const Index& words = index();
    char32_t before = at > 0 && at <= text.size() ? text[at - 1] : U' ';
    for (; at < text.size(); ++at) {
        const char32_t c = text[at];
        const char32_t last = std::exchange(before, c);
        if (c >= ascii_end) {
            if (words.may_begin(c)) return at;
            continue;
        }
        if (!ascii_places[c] || (is_ascii_letter(c) && is_ascii_letter(last))) continue;
        const char32_t next = at + 1 < text.size() ? text[at + 1] : U'\0';
        if (c == U':' ? next == U'/' : words.may_begin(fold(c), fold(next))) return at;
    }
    return at;
}

std::optional<KeywordHit> keyword_at(std::u32string_view text, std::size_t at) {
    if (at > 0 && is_letter(text[at]) && is_letter(text[at - 1])) return std::nullopt;  // stands_alone()
    const char32_t first = fold(text[at]);
    if (!index().may_begin(first, at + 1 < text.size() ? fold(text[at + 1]) : 0)) return std::nullopt;
    for (const Keyword* row : index().starting_with(first)) {
        if (!matches(text, at, row->word)) continue;
        if (!stands_alone(text, at, row->word.size())) continue;
        return KeywordHit{row->word.size(), row->language, row->weak};
    }
    return std::nullopt;
}

std::size_t link_at(std::u32string_view text, std::size_t at) {
    std::size_t longest = 0;
    for (const std::u32string_view link : links) {
        if (link.size() > longest && matches(text, at, link) && stands_alone(text, at, link.size()))
            longest = link.size();
    }
    return longest;
}

std::size_t particle_at(std::u32string_view text, std::size_t at) {
    const auto row =
        std::ranges::find_if(particles, [&](auto word) { return text.substr(at).starts_with(word); });
    return row == particles.end() ? 0 : row->size();
}

bool tells_elsewhere(std::u32string_view text) { return holds_any(text, elsewhere); }

bool holds_file_word(std::u32string_view text) { return holds_any(text, file_words); }

bool is_other_label(std::u32string_view label) { return holds_any(label, other_labels); }

bool is_stop_word(std::u32string_view token) {
    return std::ranges::any_of(stop_words, [&](std::u32string_view word) {
        return word.size() == token.size() && matches(token, 0, word);
    });
}

}  // namespace sekisho::scanner::unlock

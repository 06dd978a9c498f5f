// The one table of findings. Sorted by id; a test holds that, and that every row has both languages.
#include "model/finding.h"

#include <algorithm>
#include <array>

namespace sekisho::model {

namespace {

using enum Unscannable;  // the table reads better with bare names

// clang-format off
constexpr std::array rows{  // NOLINT: a table holds nothing else
    // id, score, unscannable, incomplete, English, Japanese
    FindingRow{"archive.bomb", 6.0, large, true, "Archive that unfolds to far more than it holds", "展開すると異常に大きくなる圧縮ファイル"},
    FindingRow{"archive.damaged", 1.0, broken, true, "Archive is damaged or cut off", "圧縮ファイルが破損または途中で切れている"},
    FindingRow{"archive.encrypted", 0.0, none, false, "Archive is password-protected", "圧縮ファイルがパスワードで保護されている"},
    FindingRow{"archive.encrypted.executable", 6.0, none, false, "Password-protected archive lists an executable or script", "パスワード付き圧縮ファイルに実行形式またはスクリプトが含まれている"},
    FindingRow{"archive.encrypted.kdf-cost", 1.0, locked, true, "Key derivation of the archive is too costly to try", "圧縮ファイルの鍵導出が高負荷のため試行しない"},
    FindingRow{"archive.encrypted.lone-document", 2.0, none, false, "Password-protected archive holds one document that can carry macros", "パスワード付き圧縮ファイルの中身がマクロ可能な文書一つだけ"},
    FindingRow{"archive.encrypted.unlocked", 0.5, none, false, "Archive was opened with a password found in the mail", "メール中のパスワードで圧縮ファイルを開いた"},
    FindingRow{"archive.encrypted.unopened", 1.0, locked, true, "Password-protected archive could not be opened", "パスワード付き圧縮ファイルを開けなかった"},
    FindingRow{"archive.header-mismatch", 3.0, none, false, "Archive's local and central headers disagree", "圧縮ファイルのヘッダーが互いに矛盾している"},
    FindingRow{"archive.member-skipped", 1.0, unsupported, true, "Archive member could not be read", "圧縮ファイルの一部を読み取れなかった"},
    FindingRow{"archive.unsupported", 1.0, unsupported, true, "Archive format or method is not supported", "対応していない圧縮形式または方式"},
    FindingRow{"document.damaged", 1.0, broken, true, "Document is damaged or cut off", "文書が破損または途中で切れている"},
    FindingRow{"document.encrypted.unopened", 1.0, locked, true, "Password-protected document could not be opened", "パスワード付き文書を開けなかった"},
    FindingRow{"document.object.unread", 1.0, unsupported, true, "Document holds an embedded object that was not read", "文書に埋め込まれたオブジェクトは検査していない"},
    FindingRow{"document.pdf.unread", 1.0, unsupported, true, "PDF is encrypted, or restricted in its use: its content was not read", "暗号化または利用制限付きのPDFのため内容は検査していない"},
    FindingRow{"file.executable", 7.0, none, false, "Executable program", "実行形式ファイル"},
    FindingRow{"file.script", 5.0, none, false, "Script that Windows runs on a double click", "ダブルクリックで実行されるスクリプト"},
    FindingRow{"file.shortcut", 6.0, none, false, "Windows shortcut (LNK)", "Windowsショートカット（LNK）"},
    FindingRow{"limit.bytes", 0.0, large, true, "Limit reached: decoded bytes of the message", "上限到達：メールの展開後サイズ"},
    FindingRow{"limit.depth", 1.0, deep, true, "Limit reached: nesting depth", "上限到達：入れ子の深さ"},
    FindingRow{"limit.findings", 0.0, none, true, "Limit reached: number of findings", "上限到達：検出項目数"},
    FindingRow{"limit.header", 1.0, broken, true, "Limit reached: size or number of header fields", "上限到達：ヘッダーの大きさまたは数"},
    FindingRow{"limit.memory", 0.0, large, true, "Limit reached: memory of the scan", "上限到達：検査メモリ"},
    FindingRow{"limit.message-bytes", 0.0, large, true, "Message is larger than is scanned", "検査できる大きさを超えるメール"},
    FindingRow{"limit.part-bytes", 0.0, large, true, "Limit reached: decoded bytes of one part", "上限到達：一つの部分の展開後サイズ"},
    FindingRow{"limit.parts", 1.0, large, true, "Limit reached: number of parts", "上限到達：部分の数"},
    FindingRow{"limit.passwords", 0.0, locked, true, "Limit reached: password tries", "上限到達：パスワード試行"},
    FindingRow{"limit.ratio", 3.0, large, true, "Limit reached: expansion ratio", "上限到達：展開率"},
    FindingRow{"limit.regex", 0.0, broken, true, "Limit reached: matching effort of a pattern", "上限到達：パターン照合"},
    FindingRow{"limit.steps", 0.0, time, true, "Limit reached: work of the decoders", "上限到達：解析処理量"},
    FindingRow{"limit.time", 0.0, time, true, "Limit reached: scanning time", "上限到達：検査時間"},
    FindingRow{"mime.base64.damaged", 0.5, none, false, "Base64 data holds characters that do not belong there", "base64データに不正な文字がある"},
    FindingRow{"mime.boundary.missing", 1.0, none, false, "Multipart without a usable boundary", "境界のないマルチパート"},
    FindingRow{"mime.encoding.unknown", 2.0, none, false, "Unknown Content-Transfer-Encoding", "未知のContent-Transfer-Encoding"},
    FindingRow{"mime.encrypted.unopened", 1.0, unsupported, true, "Encrypted mail (S/MIME or OpenPGP) could not be opened", "暗号化メール（S/MIMEまたはOpenPGP）を開けなかった"},
    FindingRow{"mime.external-body", 2.0, unsupported, true, "Part refers to a body elsewhere (message/external-body)", "外部の本文を参照する部分"},
    FindingRow{"mime.header.malformed", 0.0, none, false, "Header field without a colon or with odd characters", "不正な形式のヘッダー"},
    FindingRow{"mime.header.truncated", 1.0, broken, true, "Header field was cut by the mail server", "メールサーバーで切り詰められたヘッダー"},
    FindingRow{"mime.partial", 3.0, unsupported, true, "Fragment of a message (message/partial)", "分割されたメールの断片"},
    FindingRow{"mime.signed.unread", 1.0, unsupported, true, "Content inside of a signature (S/MIME or OpenPGP) was not read", "署名（S/MIMEまたはOpenPGP）に包まれた内容は検査していない"},
    FindingRow{"mime.unterminated", 0.0, none, false, "Multipart without its closing delimiter", "終端のないマルチパート"},
    FindingRow{"office.macro", 0.5, none, false, "Document carries VBA macros", "文書にVBAマクロが含まれている"},
    FindingRow{"office.vba.autoexec", 2.0, none, false, "Macro runs by itself when the document is opened", "文書を開くと自動実行されるマクロ"},
    FindingRow{"office.vba.damaged", 2.0, broken, true, "VBA project could not be read whole", "VBAプロジェクトを完全には読み取れなかった"},
    FindingRow{"office.vba.download", 3.0, none, false, "Macro fetches a file from the network", "マクロがネットワークからファイルを取得する"},
    FindingRow{"office.vba.dropper", 4.5, none, false, "Macro runs by itself and fetches or starts a program as droppers do", "自動実行され、ドロッパーの手口で外部プログラムを取得または起動するマクロ"},
    FindingRow{"office.vba.exec", 3.0, none, false, "Macro starts a program", "マクロがプログラムを起動する"},
    FindingRow{"office.vba.obfuscated", 2.0, none, false, "Macro source is obfuscated", "マクロのソースが難読化されている"},
    FindingRow{"office.vba.write", 1.0, none, false, "Macro writes a file", "マクロがファイルを書き込む"},
    FindingRow{"scan.crashed", 3.0, crashed, true, "A part made the scanner crash and was not looked at again", "検査プロセスが異常終了したため再検査しない部分"},
    FindingRow{"scan.failed", 0.0, broken, true, "A part could not be read for a reason of ours", "内部の理由で読み取れなかった部分"},
    FindingRow{"scan.time", 3.0, time, true, "A part made the scanner overrun and was not looked at again", "検査が時間内に終わらず再検査しない部分"},
    FindingRow{"scan.unscanned", 0.0, broken, true, "Message was passed without a scan", "検査せずに通過したメール"},
    FindingRow{"type.double-extension", 3.0, none, false, "File name has two extensions, the last one dangerous", "危険な拡張子を隠す二重拡張子"},
    FindingRow{"type.mismatch", 1.0, none, false, "Name, declared type and content disagree", "名前・宣言された種類・内容が一致しない"},
    FindingRow{"type.name-tricks", 3.0, none, false, "File name hides its extension", "拡張子を隠すファイル名"},
    FindingRow{"worker.protocol", 3.0, crashed, true, "The scanner gave an answer that breaks its protocol", "検査プロセスの応答が規約に反する"},
    FindingRow{"yara.partial", 0.0, time, true, "Rules did not run to their end", "ルールの照合が完了しなかった"},
};
// clang-format on

}  // namespace

std::span<const FindingRow> findings_table() { return rows; }

const FindingRow* find_finding(std::string_view id) {
    const auto row = std::ranges::lower_bound(rows, id, {}, &FindingRow::id);
    return row != rows.end() && row->id == id ? &*row : nullptr;
}

const RuleInfo* RuleTable::find(std::string_view name) const {
    const auto row = std::ranges::lower_bound(rules, name, {}, &RuleInfo::name);
    return row != rules.end() && row->name == name ? &*row : nullptr;
}

}  // namespace sekisho::model

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
    FindingRow{"document.encrypted.default-password", 3.0, none, false, "Document is locked with the password that Office tries by itself: it opens without asking", "Officeが自動で試す既定のパスワードで暗号化され、確認なしに開く文書"},
    FindingRow{"document.encrypted.kdf-cost", 1.0, locked, true, "Key derivation of the document is too costly to try", "文書の鍵導出が高負荷のため試行しない"},
    FindingRow{"document.encrypted.unlocked", 0.5, none, false, "Document was opened with a password found in the mail", "メール中のパスワードで文書を開いた"},
    FindingRow{"document.encrypted.unopened", 1.0, locked, true, "Password-protected document could not be opened", "パスワード付き文書を開けなかった"},
    FindingRow{"document.object.unread", 1.0, unsupported, true, "Document holds an embedded object that was not read", "文書に埋め込まれたオブジェクトは検査していない"},
    FindingRow{"document.pdf.unread", 1.0, unsupported, true, "PDF is encrypted, or restricted in its use: its content was not read", "暗号化または利用制限付きのPDFのため内容は検査していない"},
    FindingRow{"file.executable", 7.0, none, false, "Executable program", "実行形式ファイル"},
    FindingRow{"file.script", 5.0, none, false, "Script that Windows runs on a double click", "ダブルクリックで実行されるスクリプト"},
    FindingRow{"file.shortcut", 6.0, none, false, "Windows shortcut (LNK)", "Windowsショートカット（LNK）"},
    FindingRow{"image.deleted-file", 0.5, none, false, "Disk image holds deleted files that can be read", "読み取り可能な削除済みファイルを含むディスクイメージ"},
    FindingRow{"image.hidden-file", 2.0, none, false, "Disk image holds files with the hidden or system attribute", "隠し属性またはシステム属性のファイルを含むディスクイメージ"},
    FindingRow{"image.readings-differ", 2.0, none, false, "Disk image shows other files to other systems", "読み取る環境によって異なるファイルが見えるディスクイメージ"},
    FindingRow{"limit.bytes", 0.0, large, true, "Limit reached: decoded bytes of the message", "上限到達：メールの展開後サイズ"},
    FindingRow{"limit.depth", 1.0, deep, true, "Limit reached: nesting depth", "上限到達：入れ子の深さ"},
    FindingRow{"limit.embedded", 1.0, large, true, "Limit reached: files within one part, behind each other", "上限到達：一つの部分に埋め込まれたファイルの数"},
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
    FindingRow{"mime.ambiguous.base64.garbage", 0.0, none, false, "Base64 with bytes that clients skip or stop at", "クライアントにより扱いが異なる文字を含むbase64"},
    FindingRow{"mime.ambiguous.base64.lines", 0.0, none, false, "Base64 in lines of unusual length", "行の長さが通常と異なるbase64"},
    FindingRow{"mime.ambiguous.base64.padding", 0.5, none, false, "Base64 with padding before its end", "途中にパディングがあるbase64"},
    FindingRow{"mime.ambiguous.base64.unpadded", 0.0, none, false, "Base64 without its padding", "パディングが欠けたbase64"},
    FindingRow{"mime.ambiguous.boundary.blanks", 0.0, none, false, "Boundary with blanks at its ends", "前後に空白のある境界"},
    FindingRow{"mime.ambiguous.boundary.characters", 1.0, none, false, "Unquoted boundary with a comma, semicolon or blank", "引用符なしで区切り文字を含む境界"},
    FindingRow{"mime.ambiguous.boundary.duplicate", 1.5, none, false, "Two boundaries are declared", "二重に宣言された境界"},
    FindingRow{"mime.ambiguous.boundary.empty", 1.0, none, false, "Empty boundary", "空の境界"},
    FindingRow{"mime.ambiguous.boundary.epilogue", 0.5, none, false, "Text behind the last delimiter holds a part", "最後の区切りの後に部分がある"},
    FindingRow{"mime.ambiguous.boundary.foreign", 1.0, none, false, "Boundary on a type that has none, or under another name", "境界を持たない種類、または別名での境界の宣言"},
    FindingRow{"mime.ambiguous.boundary.indented", 0.5, none, false, "Blanks before a delimiter", "区切り行の前に空白がある"},
    FindingRow{"mime.ambiguous.boundary.line-end", 0.5, none, false, "Delimiter next to an odd line end", "改行が不正な区切り行"},
    FindingRow{"mime.ambiguous.boundary.long", 0.5, none, false, "Boundary of more than 70 characters", "70文字を超える境界"},
    FindingRow{"mime.ambiguous.boundary.missing", 1.0, none, false, "Multipart without a boundary parameter", "境界の宣言がないマルチパート"},
    FindingRow{"mime.ambiguous.boundary.preamble", 0.5, none, false, "Text before the first delimiter holds a part", "最初の区切りの前に部分がある"},
    FindingRow{"mime.ambiguous.boundary.prefix", 0.0, none, false, "A boundary is the beginning of another", "別の境界の先頭部分と一致する境界"},
    FindingRow{"mime.ambiguous.boundary.quoting", 1.0, none, false, "Boundary with odd quotes", "引用符の使い方が不正な境界"},
    FindingRow{"mime.ambiguous.boundary.rfc2231", 1.0, none, false, "Boundary in RFC 2231 form", "RFC 2231形式の境界"},
    FindingRow{"mime.ambiguous.boundary.shared", 1.0, none, false, "Inner and outer multipart share a boundary", "内側と外側のマルチパートが同じ境界を使っている"},
    FindingRow{"mime.ambiguous.boundary.trailing", 0.0, none, false, "Text behind a delimiter", "区切り行の後に文字がある"},
    FindingRow{"mime.ambiguous.boundary.undeclared", 0.5, none, false, "Delimiters with parts that no header declares", "宣言されていない区切りで分けられた部分"},
    FindingRow{"mime.ambiguous.boundary.unterminated", 0.0, none, false, "Multipart without its closing delimiter", "終端のないマルチパート"},
    FindingRow{"mime.ambiguous.boundary.unused", 0.5, none, false, "Declared boundary that is not used", "宣言されたが使われていない境界"},
    FindingRow{"mime.ambiguous.encoding.absent", 0.5, none, false, "Base64 data without a declared encoding", "エンコーディングの宣言がないbase64データ"},
    FindingRow{"mime.ambiguous.encoding.composite", 0.5, none, false, "Encoding of a multipart or message", "マルチパートまたはメールに対するエンコーディング指定"},
    FindingRow{"mime.ambiguous.encoding.line-ends", 0.5, none, false, "Data that are no text, with line ends as of a text", "テキストの改行に変換されたバイナリデータ"},
    FindingRow{"mime.ambiguous.encoding.misspelt", 0.5, none, false, "Misspelt Content-Transfer-Encoding", "綴りの誤ったContent-Transfer-Encoding"},
    FindingRow{"mime.ambiguous.encoding.quoted", 0.5, none, false, "Content-Transfer-Encoding in quotes", "引用符付きのContent-Transfer-Encoding"},
    FindingRow{"mime.ambiguous.encoding.several", 1.5, none, false, "Several content transfer encodings", "複数のContent-Transfer-Encoding"},
    FindingRow{"mime.ambiguous.encoding.unknown", 0.5, none, false, "Unknown Content-Transfer-Encoding", "未知のContent-Transfer-Encoding"},
    FindingRow{"mime.ambiguous.header.8bit", 0.5, none, false, "8-bit bytes in the name of a header field", "ヘッダー名に8ビット文字がある"},
    FindingRow{"mime.ambiguous.header.case", 0.0, none, false, "Odd case of a type or encoding", "種類またはエンコーディングの大文字小文字が不自然"},
    FindingRow{"mime.ambiguous.header.comment", 0.5, none, false, "Comment in a MIME header field", "MIMEヘッダー内のコメント"},
    FindingRow{"mime.ambiguous.header.duplicate", 1.5, none, false, "MIME header field occurs twice", "重複したMIMEヘッダー"},
    FindingRow{"mime.ambiguous.header.encoded-word", 1.0, none, false, "Encoded word where none is allowed", "許されない場所のエンコード語"},
    FindingRow{"mime.ambiguous.header.folding", 0.5, none, false, "Header field folded in an odd place", "不自然な位置で折り返されたヘッダー"},
    FindingRow{"mime.ambiguous.header.late", 0.5, none, false, "MIME header fields behind the blank line", "空行の後にあるMIMEヘッダー"},
    FindingRow{"mime.ambiguous.header.line-end", 0.5, none, false, "Odd line ends in a header", "ヘッダー内の不正な改行"},
    FindingRow{"mime.ambiguous.header.long", 0.0, none, false, "Header line of more than 998 bytes", "998バイトを超えるヘッダー行"},
    FindingRow{"mime.ambiguous.header.name", 1.0, none, false, "Odd name of a header field", "不正な名前のヘッダー"},
    FindingRow{"mime.ambiguous.header.no-colon", 0.5, none, false, "Header line without a colon", "コロンのないヘッダー行"},
    FindingRow{"mime.ambiguous.header.nul", 1.5, none, false, "NUL in a header field", "ヘッダー内のNUL文字"},
    FindingRow{"mime.ambiguous.header.separator", 0.5, none, false, "Missing or odd blank line between header and body", "ヘッダーと本文の間の空行がない、または不正"},
    FindingRow{"mime.ambiguous.header.space", 0.5, none, false, "Blanks around the name of a header field", "ヘッダー名の前後の空白"},
    FindingRow{"mime.ambiguous.header.values", 1.5, none, false, "Several values in one MIME header field", "一つのMIMEヘッダーに複数の値"},
    FindingRow{"mime.ambiguous.hidden", 5.0, none, false, "Only some mail clients see this archive, document, script or program", "一部のメールソフトにのみ見える圧縮ファイル・文書・スクリプト・プログラム"},
    FindingRow{"mime.ambiguous.name.8bit", 0.0, none, false, "File name with undeclared characters", "文字コードの宣言がないファイル名"},
    FindingRow{"mime.ambiguous.name.bidi", 3.0, none, false, "File name with bidirectional controls", "双方向制御文字を含むファイル名"},
    FindingRow{"mime.ambiguous.name.blanks", 1.0, none, false, "Many blanks before the extension of a file name", "拡張子の前に多数の空白があるファイル名"},
    FindingRow{"mime.ambiguous.name.conflict", 0.0, none, false, "Part with two different file names", "二つの異なるファイル名を持つ部分"},
    FindingRow{"mime.ambiguous.name.encoded-word", 0.0, none, false, "Encoded words in a quoted file name", "引用符内のエンコード語によるファイル名"},
    FindingRow{"mime.ambiguous.name.extension-conflict", 1.0, none, false, "Part with two file names of different extensions", "拡張子の異なる二つのファイル名を持つ部分"},
    FindingRow{"mime.ambiguous.name.long", 0.0, none, false, "Very long file name", "非常に長いファイル名"},
    FindingRow{"mime.ambiguous.name.nul", 2.0, none, false, "NUL in a file name", "ファイル名にNUL文字がある"},
    FindingRow{"mime.ambiguous.name.percent", 0.0, none, false, "Percent-encoded file name", "パーセントエンコードされたファイル名"},
    FindingRow{"mime.ambiguous.name.rfc2231", 0.5, none, false, "RFC 2231 file name out of order or contradictory", "順序の乱れた、または矛盾するRFC 2231ファイル名"},
    FindingRow{"mime.ambiguous.name.trailing", 0.5, none, false, "Dots or blanks at the end of a file name", "末尾に点または空白のあるファイル名"},
    FindingRow{"mime.ambiguous.qp.blanks", 0.0, none, false, "Quoted-printable with blanks at line ends", "行末に空白のあるquoted-printable"},
    FindingRow{"mime.ambiguous.qp.case", 0.0, none, false, "Quoted-printable with lower-case digits", "小文字の16進数字を使うquoted-printable"},
    FindingRow{"mime.ambiguous.qp.end", 0.0, none, false, "Quoted-printable that ends in a soft break", "末尾が途切れたquoted-printable"},
    FindingRow{"mime.ambiguous.qp.escape", 0.5, none, false, "Quoted-printable with broken escapes", "不正なエスケープを含むquoted-printable"},
    FindingRow{"mime.ambiguous.text.binhex", 0.5, none, false, "BinHex file within a text", "本文中のBinHexファイル"},
    FindingRow{"mime.ambiguous.text.uuencode", 0.5, none, false, "uuencoded file within a text", "本文中のuuencodeファイル"},
    FindingRow{"mime.ambiguous.text.yenc", 0.5, none, false, "yEnc file within a text", "本文中のyEncファイル"},
    FindingRow{"mime.ambiguous.type.appledouble", 0.0, none, false, "AppleDouble file", "AppleDouble形式のファイル"},
    FindingRow{"mime.ambiguous.type.charset", 0.0, none, false, "HTML names another charset than its header", "HTMLとヘッダーで文字コードの指定が異なる"},
    FindingRow{"mime.ambiguous.type.iso2022", 1.0, none, false, "ISO-2022 escapes around plain ASCII", "ASCII文字列を隠すISO-2022エスケープ"},
    FindingRow{"mime.ambiguous.type.message", 0.0, none, false, "Message under another type", "別の種類として宣言されたメール"},
    FindingRow{"mime.ambiguous.type.multipart", 0.0, none, false, "Unknown kind of multipart", "未知のマルチパート"},
    FindingRow{"mime.ambiguous.type.quoted", 1.0, none, false, "MIME type in quotes", "引用符で囲まれたMIMEタイプ"},
    FindingRow{"mime.ambiguous.type.text", 0.0, none, false, "Declared text that is not text", "テキストと宣言されたテキストでないデータ"},
    FindingRow{"mime.ambiguous.type.utf16", 0.0, none, false, "Text in UTF-16 or UTF-32", "UTF-16またはUTF-32の本文"},
    FindingRow{"mime.ambiguous.type.utf7", 1.5, none, false, "Text in UTF-7", "UTF-7の本文"},
    FindingRow{"mime.encrypted.unopened", 1.0, unsupported, true, "Encrypted mail (S/MIME or OpenPGP) could not be opened", "暗号化メール（S/MIMEまたはOpenPGP）を開けなかった"},
    FindingRow{"mime.external-body", 2.0, unsupported, true, "Part refers to a body elsewhere (message/external-body)", "外部の本文を参照する部分"},
    FindingRow{"mime.header.truncated", 1.0, none, false, "Header field so long that mail servers cut it", "メールサーバーで切り詰められる長さのヘッダー"},
    FindingRow{"mime.partial", 3.0, unsupported, true, "Fragment of a message (message/partial)", "分割されたメールの断片"},
    FindingRow{"mime.readings.limit", 1.0, deep, true, "More readings of the message than are looked at", "検査しきれない数の解釈が可能なメール"},
    FindingRow{"mime.signed.unread", 1.0, unsupported, true, "Content inside of a signature (S/MIME or OpenPGP) was not read", "署名（S/MIMEまたはOpenPGP）に包まれた内容は検査していない"},
    FindingRow{"mime.smuggling", 4.0, none, false, "A second message hidden behind an odd end of data (SMTP smuggling)", "不正な終端の後に別のメールが隠されている（SMTPスマグリング）"},
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
    FindingRow{"type.polyglot", 5.0, none, false, "Archive, document or program hidden behind a picture, text or other content", "画像やテキストなどの後ろに隠された圧縮ファイル・文書・プログラム"},
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

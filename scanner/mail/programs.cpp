#include "scanner/mail/programs.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace sekisho::scanner::mail {

namespace {

constexpr std::size_t most_programs = 50;
constexpr std::size_t longest_name = 256;  // bytes that are looked at

// clang-format off
// Papers of business by one word, and words that programs bear as well ("FastCopy"): two of these, or one with a number.
constexpr std::array<std::string_view, 33> papers{  // NOLINT: a table holds nothing else
    "agreement", "airway", "awb", "contract", "dhl", "enquiry", "factura", "facture", "fattura", "fedex", "inquiry",
    "invoice", "invoices", "lading", "overdue", "payment", "payments", "proforma", "purchase", "quotation", "quote",
    "rechnung", "receipt", "remittance", "resume", "rfq", "salary", "shipment", "shipping", "specification",
    "specifications", "statement", "swift"};
constexpr std::array<std::string_view, 50> half_papers{  // NOLINT: a table holds nothing else
    "advice", "arrival", "attachment", "balance", "bank", "bill", "bl", "booking", "calculation", "catalog", "catalogue",
    "certificate", "confirmation", "copy", "cv", "deposit", "doc", "docs", "document", "documents", "drawing",
    "estimate", "fax", "form", "img", "inv", "letter", "list", "memo", "notice", "notification", "offer", "order",
    "orders", "packing", "pdf", "photo", "pi", "po", "price", "proof", "report", "request", "sample", "scan", "scanned",
    "slip", "soa", "tax", "ups"};
constexpr std::array<std::string_view, 20> papers_within{
    "請求", "見積", "注文", "発注", "納品", "領収", "支払", "振込", "契約", "明細", "仕様書", "図面", "議事録", "資料", "書類", "報告書",
    "发票", "订单", "报价", "견적"};
constexpr std::array<std::string_view, 57> tools{
    "addin", "addon", "agent", "amd64", "app", "arm64", "builder", "calculator", "checker", "client", "compare",
    "creator", "generator", "lite", "maker", "organizer", "processor", "converter", "demo", "driver", "drv", "editor", "exporter",
    "firmware", "importer", "install", "installer", "launcher", "linux", "manager", "patch", "player", "plugin", "portable", "printer",
    "reader", "release", "rev", "scanner", "server", "setup", "sfx", "tool", "toolkit", "tools", "uninstall", "update", "updater",
    "upgrade", "utility", "ver", "version", "viewer", "win", "windows", "wizard", "writer"};
constexpr std::array<std::string_view, 9> tools_within{
    "win32", "win64", "x64", "x86", "ツール", "ソフト", "インストール", "セットアップ", "ドライバ"};
// Kinds of archives (Format::name) that hold a program when somebody wants to get it past a filter. Not ZIP, 7z and
// RAR, which everybody has; not LZH, which Japanese authors of free tools still pack with.
constexpr std::array<std::string_view, 21> rare_openers{
    "ace", "arj", "bzip2", "cab", "compress", "fat", "gzip", "iso9660", "lz4", "lzip", "lzma", "ntfs", "tar", "udf", "uuencode",
    "vhd", "vhdx", "wim", "xar", "xz", "zstd"};
constexpr std::array<std::string_view, 9> lying_extensions{"001", "ace", "arj", "r00", "r01", "tgz", "uue", "xxe", "z"};
// clang-format on

template <std::size_t n>
bool is_one_of(std::string_view word, const std::array<std::string_view, n>& words) {
    return std::ranges::find(words, word) != words.end();
}
template <std::size_t n>
bool holds_one_of(std::string_view text, const std::array<std::string_view, n>& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != text.npos; });
}

std::string_view file_of(std::string_view name) {
    name = name.substr(name.find_last_of("/\\") + 1);
    return name.substr(0, std::min(name.size(), longest_name));
}
std::string_view stem_of(std::string_view name) { return name.substr(0, name.rfind('.')); }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }

// "PurchaseOrder_4711" -> purchase, order. Digits end a word, as everything else does.
std::vector<std::string> words_of(std::string_view stem) {
    std::vector<std::string> out;
    std::string word;
    const auto flush = [&] {
        if (!word.empty()) out.push_back(base::to_lower(word));
        word.clear();
    };
    for (std::size_t i = 0; i < stem.size(); ++i) {
        const bool hump = is_upper(stem[i]) && i > 0 && !is_upper(stem[i - 1]);
        if (hump || !is_letter(stem[i])) flush();
        if (is_letter(stem[i])) word.push_back(stem[i]);
    }
    flush();
    return out;
}

// "1.2", "v3": a version, where the number is not a day or a year.
bool has_version(std::string_view stem) {
    for (std::size_t i = 0; i + 1 < stem.size(); ++i) {
        const char before = i == 0 ? ' ' : stem[i - 1];
        const std::string_view rest = stem.substr(i);
        const bool point =
            rest.size() > 2 && rest[1] == '.' && base::is_digit(rest[0]) && base::is_digit(rest[2]);
        if (point && !base::is_digit(before)) return true;
        const bool v = (rest[0] == 'v' || rest[0] == 'V') && !is_letter(before);
        if (v && base::is_digit(rest[1])) return true;
    }
    return false;
}

bool is_little_but_digits(std::string_view stem) {
    constexpr std::ptrdiff_t few = 5;
    const auto digits = std::ranges::count_if(stem, base::is_digit);
    const auto others = std::ranges::count_if(
        stem, [](char c) { return !base::is_digit(c) && c != '_' && c != '-' && c != ' '; });
    return digits >= few && digits >= 2 * others;
}

bool is_program(const model::PartSummary& part) {
    constexpr std::array<std::string_view, 4> types{"application/vnd.microsoft.portable-executable",
                                                    "application/x-msdos-program", "application/x-msi",
                                                    "application/java-archive"};
    return is_one_of(part.type, types);
}
bool is_mail(const model::PartSummary& part) {
    return part.type.starts_with("message/") || part.type.starts_with("multipart/");
}
// What lies beside a program to be shown while it runs.
bool is_decoy(const model::PartSummary& part) {
    return part.type.starts_with("image/") || part.type == "application/pdf";
}

// What an archive holds, but for pictures and PDFs: children that came out of it, not out of the mail.
std::vector<std::size_t> files_of(std::span<const model::PartSummary> parts) {
    std::vector<std::size_t> out(parts.size());
    for (const model::PartSummary& part : parts) {
        if (part.parent && *part.parent < out.size() && !is_decoy(part)) ++out[*part.parent];
    }
    return out;
}

// The JAR specification: a signature is a block file in META-INF. Programs for telephones are signed as well.
void judge_java_archives(std::span<const model::PartSummary> parts, Findings& findings) {
    constexpr std::array<std::string_view, 3> blocks{"rsa", "dsa", "ec"};
    std::vector<bool> is_signed(parts.size());
    for (const model::PartSummary& part : parts) {
        if (part.parent && *part.parent < parts.size() && is_one_of(base::extension_of(part.name), blocks))
            is_signed[*part.parent] = true;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].type == "application/java-archive" && !is_signed[i])
            findings.add("exe.unsigned", parts[i].id, parts[i].name);
    }
}

struct Journey {
    bool alone = true;
    bool rare = false;
    bool named = false;  // the program, or what holds it alone
};

Journey journey_of(std::size_t id, std::span<const model::PartSummary> parts,
                   const std::vector<std::size_t>& files) {
    Journey out;
    const model::PartSummary* part = &parts[id];
    out.named = is_document_name(part->name);
    bool named_outside = false;
    // Parents come before their children, so this ends.
    while (part->parent && *part->parent < part->id && !is_mail(parts[*part->parent])) {
        out.rare = out.rare || is_one_of(part->opened_by, rare_openers);
        part = &parts[*part->parent];
        out.alone = out.alone && files[part->id] <= 1;
        const std::string extension = base::extension_of(part->name);
        out.rare = out.rare || is_one_of(extension, lying_extensions);
        named_outside = named_outside || is_document_name(part->name);
        // What an installer holds is not what was sent.
        if (is_program(*part)) return {.alone = false, .rare = false, .named = false};
    }
    out.named = out.named || (out.alone && named_outside);
    return out;
}

}  // namespace

bool is_document_name(std::string_view name) {
    const std::string_view stem = stem_of(file_of(name));
    const std::string lower = base::to_lower(stem);
    const std::vector<std::string> words = words_of(stem);
    const auto is_tool = [](const std::string& word) { return is_one_of(word, tools); };
    if (std::ranges::any_of(words, is_tool) || holds_one_of(lower, tools_within) || has_version(stem))
        return false;
    const auto is_paper = [](const std::string& word) { return is_one_of(word, papers); };
    const auto is_half = [](const std::string& word) { return is_one_of(word, half_papers); };
    constexpr std::ptrdiff_t number = 3;  // digits
    const auto halves = std::ranges::count_if(words, is_half);
    const bool numbered = std::ranges::count_if(stem, base::is_digit) >= number;
    if (halves >= 2 || (halves == 1 && numbered)) return true;
    return std::ranges::any_of(words, is_paper) || holds_one_of(stem, papers_within) ||
           is_little_but_digits(stem);
}

void judge_programs(std::span<const model::PartSummary> parts, Findings& findings) {
    if (std::ranges::none_of(parts, is_program)) return;
    const std::vector<std::size_t> files = files_of(parts);
    judge_java_archives(parts, findings);
    std::size_t judged = 0;
    for (std::size_t i = 0; i < parts.size() && judged < most_programs; ++i) {
        if (!is_program(parts[i])) continue;
        ++judged;
        const Journey journey = journey_of(i, parts, files);
        if (journey.alone) findings.add("mail.program.alone", parts[i].id, parts[i].name);
        if (journey.named) findings.add("mail.program.document-name", parts[i].id, parts[i].name);
        if (journey.rare) findings.add("mail.program.rare-archive", parts[i].id, parts[i].name);
    }
}

}  // namespace sekisho::scanner::mail

#include "scanner/office/word_fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "scanner/office/document_links.h"
#include "scanner/office/link_targets.h"

namespace sekisho::scanner::office {

namespace {

using Kind = WordField::Kind;

constexpr std::size_t max_instruction = 64u << 10;

// The words of an instruction: blanks part them, quotes (the typographer's too) hold them together.
class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}

    struct Word {
        std::string text;
        bool quoted = false;
        bool is_switch() const { return !quoted && text.size() > 1 && text[0] == '\\' && text[1] != '\\'; }
    };
    std::optional<Word> next() {
        while (!rest_.empty() && is_blank(rest_.front()))
            rest_.remove_prefix(1);
        if (rest_.empty()) return std::nullopt;
        Word word;
        word.quoted = take_quote();
        while (!rest_.empty()) {
            if (word.quoted ? take_quote() : is_blank(rest_.front())) break;
            // A backslash keeps a quote from being one, and a backslash too.
            const bool escape = rest_.size() > 1 && rest_[0] == '\\';
            if (escape && rest_[1] == '"') rest_.remove_prefix(1);
            const std::size_t taken = escape && rest_[1] == '\\' ? 2 : 1;
            word.text += rest_.substr(0, taken);
            rest_.remove_prefix(taken);
        }
        return word;
    }
    std::string_view rest() const { return rest_; }

private:
    static bool is_blank(char c) { return base::is_space(c) || c == '\0' || c == '\a'; }
    bool take_quote() {
        for (const std::string_view quote : {"\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E"}) {
            if (!rest_.starts_with(quote)) continue;
            rest_.remove_prefix(quote.size());
            return true;
        }
        return false;
    }
    std::string_view rest_;
};

struct KindRow {
    std::string_view keyword;
    Kind kind;
};
constexpr std::array kinds{
    KindRow{"dde", Kind::dde},
    KindRow{"ddeauto", Kind::dde_auto},
    KindRow{"hyperlink", Kind::hyperlink},
    KindRow{"import", Kind::include_picture},  // as Word 2 called it
    KindRow{"include", Kind::include_text},
    KindRow{"includepicture", Kind::include_picture},
    KindRow{"includetext", Kind::include_text},
    KindRow{"link", Kind::link},
};

// Programs that run what they are told, or fetch it.
constexpr std::array<std::string_view, 36> runners{
    "bash",        "bitsadmin", "certutil", "cmd",      "cmdkey",   "cmstp",    "command",  "conhost",
    "control",     "cscript",   "curl",     "explorer", "forfiles", "hh",       "ieexec",   "iexplore",
    "installutil", "msbuild",   "mshta",    "msiexec",  "msdt",     "odbcconf", "pcalua",   "powershell",
    "pwsh",        "reg",       "regasm",   "regsvcs",  "regsvr32", "rundll32", "schtasks", "scriptrunner",
    "wmic",        "wscript",   "wsl",      "xwizard"};
// Those that are named for nothing else, wherever they are named.
constexpr std::array<std::string_view, 9> hard_runners{
    "bitsadmin", "certutil", "cscript", "mshta", "powershell", "regsvr32", "rundll32", "schtasks", "wscript"};
// Programs that other programs ask for data.
constexpr std::array<std::string_view, 6> offices{"excel",    "msaccess", "msexcel",
                                                  "powerpnt", "winword",  "outlook"};

bool parts_words(char c) {
    return base::is_space(c) ||
           std::string_view("\\/\"'|&;()[]{}<>,=^%@\0", 21).find(c) != std::string_view::npos;
}

// Whether one of `names` stands in `text` (lower case) as a word, or as a word with ".exe" or ".com".
template <std::size_t n>
bool names_one_of(std::string_view text, const std::array<std::string_view, n>& names) {
    for (std::size_t at = 0; at < text.size();) {
        const auto is_end = [](char c) { return parts_words(c); };
        const auto end_at = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_end);
        const auto end = static_cast<std::size_t>(end_at - text.begin());
        std::string_view word = text.substr(at, end - at);
        at = end + 1;
        while (!word.empty() && (word.back() == '.' || word.back() == '!'))
            word.remove_suffix(1);
        if (word.ends_with(".exe") || word.ends_with(".com")) word.remove_suffix(4);
        if (std::ranges::find(names, word) != names.end()) return true;
    }
    return false;
}

// A path to a program that is no part of an office.
bool is_program_path(std::string_view service) {
    constexpr std::array<std::string_view, 13> ends{".exe", ".com", ".scr", ".bat", ".cmd", ".pif", ".vbs",
                                                    ".vbe", ".js",  ".jse", ".wsf", ".hta", ".ps1"};
    const std::string_view name = service.substr(service.find_last_of("\\/") + 1);
    const auto end = std::ranges::find_if(ends, [&](std::string_view one) { return name.ends_with(one); });
    if (end == ends.end()) return false;
    return std::ranges::find(offices, name.substr(0, name.size() - end->size())) == offices.end();
}

void append_character(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t unit) {
        out += static_cast<char>(static_cast<unsigned char>(unit));
    };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x1'0000 && (code & 0xF800) != 0xD800) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

// QUOTE: numbers are character codes, decimal or "0x..".
std::string quoted_text(std::string_view arguments) {
    std::string out;
    Words words(arguments);
    while (const auto word = words.next()) {
        if (word->is_switch()) {
            if (word->text == "\\*") (void)words.next();
            continue;
        }
        const bool hex = base::starts_with_ignoring_case(word->text, "0x");
        std::uint32_t code = 0;
        bool number = !word->quoted && word->text.size() <= 7;
        for (std::size_t i = hex ? 2 : 0; number && i < word->text.size(); ++i) {
            const int digit = base::hex_value(word->text[i]);
            number = digit >= 0 && (hex || digit < 10);
            code = code * (hex ? 16 : 10) + static_cast<std::uint32_t>(std::max(digit, 0));
        }
        if (number)
            append_character(out, code);
        else
            out += word->text;
    }
    return out;
}

}  // namespace

bool dde_executes(std::string_view service, std::string_view topic) {
    const std::string program = base::to_lower(service);
    if (names_one_of(program, runners) || is_program_path(program)) return true;
    const std::string rest = base::to_lower(topic);
    // "MSEXCEL" "\..\..\Windows\System32\cmd.exe /c": the program is in what it is asked for.
    const bool climbs = rest.find("..\\") != rest.npos || rest.find("../") != rest.npos;
    return names_one_of(rest, hard_runners) || (climbs && names_one_of(rest, runners)) ||
           rest.find("cmd.exe") != rest.npos || rest.find("cmd /") != rest.npos;
}

WordField read_field(std::string_view instruction) {
    constexpr std::size_t shown = 1u << 10;
    constexpr std::size_t longest_target = 4u << 10;
    WordField out;
    instruction = base::trim(instruction.substr(0, max_instruction));
    out.instruction = instruction.substr(0, shown);
    Words words(instruction);
    const auto keyword = words.next();
    if (!keyword) return out;
    const auto* const row = std::ranges::find_if(
        kinds, [&](const KindRow& one) { return base::equals_ignoring_case(one.keyword, keyword->text); });
    if (row == kinds.end()) return out;
    out.kind = row->kind;
    // LINK names the class first; HYPERLINK to a bookmark has switches alone.
    std::size_t skipped = out.kind == Kind::link ? 1 : 0;
    while (auto word = words.next()) {
        if (word->is_switch()) {
            // Those with an argument of their own: a bookmark, a frame, a tip, a converter.
            constexpr std::string_view with_argument = "clotx*@#";
            if (with_argument.find(base::ascii_lower(word->text[1])) != std::string_view::npos &&
                out.kind != Kind::dde && out.kind != Kind::dde_auto)
                (void)words.next();
            continue;
        }
        if (skipped-- > 0) continue;
        out.target = without_doubled_backslashes(word->text).substr(0, longest_target);
        break;
    }
    if (out.kind == Kind::dde || out.kind == Kind::dde_auto)
        out.executes = dde_executes(out.target, without_doubled_backslashes(words.rest()));
    return out;
}

void FieldReader::append(std::string& to, std::string_view text) {
    const std::size_t room = max_instruction - to.size();
    cut_ = cut_ || text.size() > room;
    to += text.substr(0, room);
}

void FieldReader::begin() {
    constexpr std::size_t max_levels = 64;
    ++depth_;
    if (levels_.size() == max_levels) {
        cut_ = true;
        return;
    }
    levels_.emplace_back();
    ++instructions_;
}

void FieldReader::separate() {
    if (levels_.empty() || depth_ > levels_.size() || levels_.back().separated) return;
    levels_.back().separated = true;
    --instructions_;
}

void FieldReader::text(std::string_view utf8) {
    // Results are wanted within an instruction alone.
    if (levels_.empty() || instructions_ == 0) return;
    Level& level = levels_.back();
    append(level.separated ? level.result : level.instruction, utf8);
}

const WordField* FieldReader::end() {
    constexpr std::size_t max_fields = 4'096;
    constexpr std::size_t max_given = 16u << 20;
    if (depth_ == 0) return nullptr;
    if (depth_-- > levels_.size()) return nullptr;
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    if (!level.separated) --instructions_;
    last_ = read_field(level.instruction);
    const std::string value = value_of(level);  // also where nobody wants it: it may be a SET
    if (instructions_ > 0 && given_ <= max_given) {
        given_ += value.size();
        text(value);
    }
    cut_ = cut_ || given_ > max_given;
    if (last_.kind == Kind::other) return nullptr;
    if (last_.kind == Kind::hyperlink && judge_document_link(last_.target).empty()) return &last_;
    if (fields_.size() < max_fields)
        fields_.push_back(last_);
    else
        cut_ = true;
    return &last_;
}

void FieldReader::finish() {
    while (depth_ > 0)
        (void)end();
}

// What a field gives to the instruction around it.
std::string FieldReader::value_of(const Level& level) {
    constexpr std::size_t max_names = 256;
    constexpr std::size_t max_value = 4'096;
    Words words(level.instruction);
    const auto keyword = words.next();
    if (!keyword) return level.result;
    std::string name = base::to_lower(keyword->text);
    if (name == "quote") return quoted_text(words.rest());
    const bool sets = name == "set";
    if (sets || name == "ref") {
        const auto second = words.next();
        if (!second) return level.result;
        name = base::to_lower(second->text);
    }
    if (sets) {
        const auto value = words.next();
        if (value && (set_.size() < max_names || set_.contains(name)))
            set_[name] = value->text.substr(0, max_value);
        return {};
    }
    const auto known = set_.find(name);
    return known != set_.end() ? known->second : level.result;
}

void report_fields(std::span<const WordField> fields, model::PartId part, Findings& findings) {
    for (const WordField& field : fields) {
        const TargetPlace place = place_of(field.target);
        switch (field.kind) {
            case Kind::dde:
                findings.add(field.executes ? "office.dde.exec" : "office.dde", part, field.instruction);
                break;
            case Kind::dde_auto:
                findings.add(field.executes ? "office.dde.autoexec" : "office.dde", part, field.instruction);
                break;
            case Kind::include_picture:
                // A share is told who reads the document; a web server only that it is read.
                if (place == TargetPlace::remote)
                    findings.add(
                        is_web_address(field.target) ? "office.remote-content" : "office.remote-content.text",
                        part, field.instruction);
                break;
            case Kind::include_text:
            case Kind::link:
                if (place == TargetPlace::remote)
                    findings.add("office.remote-content.text", part, field.instruction);
                break;
            case Kind::hyperlink:
                if (const std::string_view id = judge_document_link(field.target); !id.empty())
                    findings.add(id, part, field.instruction);
                break;
            case Kind::other:
                break;
        }
    }
}

}  // namespace sekisho::scanner::office

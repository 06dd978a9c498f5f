#include "scanner/active/pdf_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "scanner/signature_search.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t longest_name = 64;  // of those that are looked for, with each character as "#xx"
constexpr std::string_view mail_mark = "MIME-Version";

// Whatever leads to an action, a script or a file, and what may hide one.
constexpr std::array<std::string_view, 24> names{
    "/AA",         "/AcroForm",  "/EF",         "/EmbeddedFile", "/EmbeddedFiles", "/Encrypt", "/Filespec",
    "/GoToE",      "/GoToR",     "/ImportData", "/JS",           "/JavaScript",    "/Launch",  "/ObjStm",
    "/OpenAction", "/Rendition", "/RichMedia",  "/SubmitForm",   "/Thread",        "/URI",     "/XFA",
    "/XRef",       "/UF",        "/FS"};

bool ends_name(char c) {
    const bool blank = base::is_space(c) || c == '\0';
    return blank || std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}

bool is_letter(char c) {
    const char lower = base::ascii_lower(c);
    return lower >= 'a' && lower <= 'z';
}

// "#61": a letter that needs no such spelling.
bool is_spelled_letter(std::string_view rest) {
    if (rest.size() < 3 || rest[0] != '#') return false;
    const int high = base::hex_value(rest[1]);
    const int low = base::hex_value(rest[2]);
    return high >= 0 && low >= 0 && is_letter(static_cast<char>(high * 16 + low));
}

// The next place of a word from one place on; for places that ascend all of it takes one pass.
class NextWord {
public:
    NextWord(std::string_view text, std::string_view word) : text_(text), word_(word) {}

    // npos: none.
    std::size_t from(std::size_t at) {
        if (found_ == std::string_view::npos || (searched_ && found_ >= at)) return found_;
        searched_ = true;
        const std::size_t more = base::find_ignoring_case(text_.substr(at), word_);
        found_ = more == std::string_view::npos ? more : at + more;
        return found_;
    }

private:
    std::string_view text_;
    std::string_view word_;
    std::size_t found_ = 0;
    bool searched_ = false;
};

std::string_view name_at(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at + 1, longest_name);
    const auto end = std::ranges::find_if(rest, ends_name);
    return text.substr(at, 1 + static_cast<std::size_t>(end - rest.begin()));
}

}  // namespace

std::string plain_pdf_name(std::string_view raw) {
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const bool pair = raw[i] == '#' && raw.size() - i > 2;
        const int high = pair ? base::hex_value(raw[i + 1]) : -1;
        const int low = pair ? base::hex_value(raw[i + 2]) : -1;
        const bool escaped = high >= 0 && low >= 0;
        out += escaped ? static_cast<char>(high * 16 + low) : raw[i];
        if (escaped) i += 2;
    }
    return out;
}

std::string_view find_disguised_name(base::Bytes pdf) {
    const std::string_view text = base::as_text(pdf);
    for (std::size_t at = text.find('#'); at != text.npos; at = text.find('#', at + 1)) {
        if (!is_spelled_letter(text.substr(at, 3))) continue;
        const std::size_t from = at - std::min(at, longest_name);
        const std::size_t slash = text.substr(from, at - from).rfind('/');
        if (slash == text.npos) continue;
        const std::string_view name = name_at(text, from + slash);
        if (name.size() <= at - from - slash) continue;  // it ended before
        if (std::ranges::find(names, plain_pdf_name(name)) != names.end()) return name;
        at = from + slash + name.size() - 1;  // it is looked at once, however much of it is spelled
    }
    return {};
}

bool may_act(base::Bytes pdf) {
    static const SignatureSearch search = [] {
        std::vector<std::string_view> words(names.begin(), names.end());
        words.push_back(mail_mark);
        return SignatureSearch(words);
    }();
    const std::string_view text = base::as_text(pdf);
    for (std::size_t at = search.find(text, 0); at != text.npos; at = search.find(text, at + 1)) {
        // The short ones stand in packed pictures by chance.
        if (text[at] != '/' || std::ranges::find(names, name_at(text, at)) != names.end()) return true;
    }
    return !find_disguised_name(pdf).empty();
}

std::size_t find_mail(base::Bytes pdf, std::span<const base::Bytes> files) {
    constexpr std::size_t header = 16u << 10;
    constexpr std::string_view type_name = "content-type:";
    constexpr std::string_view type_value = "multipart/";
    const std::string_view text = base::as_text(pdf);
    NextWord types(text, type_name);
    NextWord values(text, type_value);
    std::size_t end_of_files = 0;
    for (std::size_t at = text.find(mail_mark); at != text.npos; at = text.find(mail_mark, at + 1)) {
        for (; !files.empty() && files.front().data() <= pdf.data() + at; files = files.subspan(1)) {
            const auto begin = static_cast<std::size_t>(files.front().data() - pdf.data());
            end_of_files = std::max(end_of_files, begin + files.front().size());
        }
        if (at < end_of_files || at == 0 || (text[at - 1] != '\n' && text[at - 1] != '\r')) continue;
        const std::size_t type = types.from(at);
        const std::size_t value = values.from(at);
        if (type == text.npos || value == text.npos) break;
        if (type - at <= header - type_name.size() && value - at <= header - type_value.size()) return at;
    }
    return text.npos;
}

}  // namespace sekisho::scanner::active

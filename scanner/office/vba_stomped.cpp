#include "scanner/office/vba_stomped.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/code_words.h"
#include "scanner/office/vba_literal.h"

namespace sekisho::scanner::office {

namespace {

using Kind = PcodeToken::Kind;
using Words = std::unordered_set<std::string_view>;
using Strings = std::unordered_set<std::string>;

constexpr std::size_t max_text = 1u << 20;  // of one module
// So many names or literals that are in no source are no accident.
constexpr std::size_t enough_missing = 3;
// And one is enough where it is what droppers need.
constexpr std::array<std::string_view, 18> telling{
    "http:",         "https:",       "shell",    "createobject", "getobject", "winmgmts",
    "win32_process", "adodb.stream", "xmlhttp",  "mshta",        "rundll32",  "regsvr32",
    "urldownload",   "callbyname",   "certutil", "wscript",      "cmd /c",    "cmd.exe"};

// Of lower-cased source.
Words words_of(std::string_view lower) {
    Words out;
    for (CodeWord word = next_code_word(lower, 0); word.end > word.begin;
         word = next_code_word(lower, word.end))
        out.insert(lower.substr(word.begin, word.end - word.begin));
    return out;
}

// Of one line; what stands behind an apostrophe is a comment.
void add_literals(std::string_view line, Strings& out) {
    std::size_t at = 0;
    while (at < line.size()) {
        if (line[at] == '\'') return;
        if (line[at] != '"') {
            ++at;
            continue;
        }
        std::string text;
        for (++at; at < line.size(); ++at) {
            if (line[at] == '"') {
                if (at + 1 >= line.size() || line[at + 1] != '"') break;
                ++at;
            }
            text.push_back(line[at]);
        }
        ++at;
        out.insert(std::move(text));
    }
}

Strings literals_of(std::string_view source) {
    Strings out;
    while (!source.empty()) {
        const std::size_t end = std::min(source.find_first_of("\r\n"), source.size());
        add_literals(source.substr(0, end), out);
        source.remove_prefix(std::min(end + 1, source.size()));
    }
    return out;
}

class Judge {
public:
    Judge(const VbaModule& module, const Pcode& pcode, const Identifiers& identifiers,
          std::string_view charset)
        : module_(module),
          pcode_(pcode),
          identifiers_(identifiers),
          charset_(charset),
          lower_(base::to_lower(module.source)),
          words_(words_of(lower_)),
          shift_(choose_shift()) {}

    Stomped run() {
        Stomped out;
        find_missing();
        const bool gone = !module_.has_code;
        out.yes = gone || missing_.size() >= enough_missing || tells_;
        if (!out.yes) return out;
        out.evidence = fmt::format("{}: {}{}", module_.name, gone ? "no source, but code: " : "",
                                   fmt::join(missing_, ", "));
        shift_ = shift_to_render();
        out.text = render();
        return out;
    }

private:
    std::string utf8(std::string_view text) const {
        return base::is_ascii(text) ? std::string(text) : base::to_utf8(base::as_bytes(text), charset_);
    }

    // Empty where the number belongs to no identifier.
    std::string_view name_of(const PcodeToken& token, unsigned shift) const {
        const std::size_t index = identifier_index(token.id, shift);
        return index < identifiers_.names.size() ? identifiers_.names[index] : std::string_view();
    }

    bool in_source(std::string_view name) const {
        // Names of other scripts may be spelt in another code page than the source.
        if (name.empty() || !base::is_ascii(name)) return true;
        return words_.contains(base::to_lower(name));
    }

    // The one by which most names stand in the source: in doubt, nothing is missing.
    unsigned choose_shift() const {
        unsigned best = 0;
        std::size_t least = SIZE_MAX;
        for (const unsigned shift : {0U, 4U, 7U}) {
            const std::size_t count = unexplained(shift);
            if (count >= least) continue;
            least = count;
            best = shift;
        }
        return best;
    }
    // Where the source explains little, what the version says.
    unsigned shift_to_render() const {
        constexpr std::uint16_t first_vba7 = 0x97;
        constexpr std::size_t nearly_all = 10;  // one of so many may be missing
        const auto names = static_cast<std::size_t>(std::ranges::count_if(
            pcode_.tokens, [](const PcodeToken& token) { return token.kind != Kind::literal; }));
        if (module_.has_code && unexplained(shift_) <= names / nearly_all) return shift_;
        if (pcode_.wide || pcode_.wide_text) return 7;
        return identifiers_.version >= first_vba7 ? 4 : 0;
    }
    std::size_t unexplained(unsigned shift) const {
        return static_cast<std::size_t>(std::ranges::count_if(pcode_.tokens, [&](const PcodeToken& token) {
            if (token.kind == Kind::literal) return false;
            const std::string_view name = name_of(token, shift);
            return name.empty() || !in_source(name);
        }));
    }

    void find_missing() {
        const Strings literals = literals_of(module_.source);
        for (const PcodeToken& token : pcode_.tokens) {
            if (token.kind != Kind::literal) {
                const std::string_view name = name_of(token, shift_);
                // The compiler makes up names of its own: _B_var_x.
                if (!name.empty() && !name.starts_with('_') && !in_source(name)) note(std::string(name));
                continue;
            }
            const std::string text = utf8(token.text);
            if (text.size() >= 2 && !literals.contains(text)) note(text);
        }
    }

    void note(std::string text) {
        const std::string lower = base::to_lower(text);
        tells_ = tells_ || std::ranges::any_of(telling, [&](std::string_view word) {
                     return lower.find(word) != std::string::npos;
                 });
        if (missing_.size() < enough_missing && std::ranges::find(missing_, text) == missing_.end()) {
            text.resize(std::min<std::size_t>(text.size(), 80));
            missing_.push_back(std::move(text));
        }
    }

    // Calls come behind their arguments, so each line is turned round.
    std::string render() const {
        std::string out;
        std::size_t begin = 0;
        for (std::size_t i = 0; i < pcode_.tokens.size() && out.size() < max_text; ++i) {
            if (!pcode_.tokens[i].line_end && i + 1 < pcode_.tokens.size()) continue;
            for (std::size_t end = i + 1; end > begin;) {
                std::size_t first = end - 1;
                while (first > begin && pcode_.tokens[first].joined)
                    --first;
                render(std::span(pcode_.tokens).subspan(first, end - first), out);
                end = first;
            }
            out += "\r\n";
            begin = i + 1;
        }
        return out;
    }
    // One token, or literals that belong together.
    void render(std::span<const PcodeToken> tokens, std::string& out) const {
        const PcodeToken& token = tokens.front();
        if (token.kind == Kind::literal) {
            std::string text;
            for (const PcodeToken& piece : tokens)
                text += piece.text;
            out += vba_literal(utf8(text));
            out += ' ';
            return;
        }
        const std::string_view name = name_of(token, shift_);
        if (name.empty()) return;
        out += token.kind == Kind::procedure ? "Sub " : token.kind == Kind::member ? "." : "";
        out += utf8(name);
        out += token.kind == Kind::procedure ? "()" : " ";
    }

    const VbaModule& module_;
    const Pcode& pcode_;
    const Identifiers& identifiers_;
    std::string_view charset_;
    std::string lower_;
    Words words_;
    unsigned shift_;
    std::vector<std::string> missing_;
    bool tells_ = false;
};

}  // namespace

Stomped judge_pcode(const VbaModule& module, const Identifiers& identifiers, std::string_view charset,
                    Budget& budget) {
    if (module.cache.empty()) return {};
    const Pcode pcode = read_pcode(module.cache, budget);
    if (pcode.tokens.empty() || !budget.spend_steps(4 * module.source.size())) return {};
    return Judge(module, pcode, identifiers, charset).run();
}

}  // namespace sekisho::scanner::office

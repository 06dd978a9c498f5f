#include "scanner/mime/file_names.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "scanner/extensions.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

// A name longer than this is cut: no client shows or keeps it, and it costs at each use.
constexpr std::size_t max_name = 64u << 10;
constexpr std::size_t max_file_name = 255;  // of the file systems that matter
constexpr std::size_t max_names = 8;

bool is_8bit(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool has_percent(std::string_view text) {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
        if (is_escape(text, at)) return true;
    }
    return false;
}

// Embeddings, overrides, isolates and marks of direction, in UTF-8.
bool has_bidi(std::string_view text) {
    constexpr std::array<std::string_view, 11> controls{
        "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA", "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
        "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7", "\xE2\x81\xA8", "\xE2\x81\xA9"};
    return std::ranges::any_of(controls,
                               [text](std::string_view mark) { return text.find(mark) != text.npos; });
}

// Blanks that push the extension out of sight: also tabs, no-break and ideographic ones.
bool ends_in_blanks(std::string_view name) {
    constexpr std::array<std::string_view, 4> blanks{" ", "\t", "\xC2\xA0", "\xE3\x80\x80"};
    constexpr int many = 5;
    int count = 0;
    for (bool found = true; found && count < many; count += found ? 1 : 0) {
        const auto end =
            std::ranges::find_if(blanks, [name](std::string_view b) { return name.ends_with(b); });
        found = end != blanks.end();
        if (found) name.remove_suffix(end->size());
    }
    return count >= many;
}

std::string_view without_end(std::string_view name) {
    while (!name.empty() && (name.back() == '.' || name.back() == ' ' || name.back() == '\0'))
        name.remove_suffix(1);
    return name;
}

bool runs(std::string_view name) {
    return is_dangerous(risk_of_extension(base::extension_of(without_end(name))));
}

class Names {
public:
    explicit Names(Ambiguities& ambiguities) : ambiguities_(ambiguities) {}

    void read(const StructuredValue& value, std::string_view wanted) {
        bool plain = false, extended = false;
        next_extended_ = names_.size();
        for (const Param& param : value.params) {
            if (param.name != wanted || param.value.empty()) continue;
            (param.extended ? extended : plain) = true;
            if (param.disordered) ambiguities_.add(Ambiguity::name_rfc2231, param.value);
            add(param);
        }
        both_forms_ = both_forms_ || (plain && extended);
    }

    std::string choose() {
        if (names_.empty()) return {};
        const bool differ =
            std::ranges::any_of(names_, [&](const std::string& name) { return name != names_.front(); });
        if (differ) judge_conflict();
        for (const std::string& name : names_)
            judge(name);
        // RFC 2231's form is preferred within a field; the order of names_ is that of the fields.
        const auto running = std::ranges::find_if(names_, runs);
        return running != names_.end() && !runs(names_.front()) ? *running : names_.front();
    }

    // The first that percent-decoding makes of a name, and that runs. Empty where there is none.
    const std::string& decoded_that_runs() const { return decoded_; }

private:
    void add(const Param& param) {
        judge_raw(param);
        std::string name = param.text();
        if (name.size() > max_name) name.resize(max_name);
        if (!param.extended && decoded_.empty() && has_percent(name)) {
            std::string decoded = guess_to_utf8(decode_escapes(name, '%'));
            if (runs(decoded)) decoded_ = std::move(decoded);
        }
        if (names_.size() >= max_names) {
            // The latest is what counts for clients that take the last; one that runs stays.
            if (!runs(names_.back())) names_.back() = std::move(name);
            return;
        }
        // The extended form first, as those who know it take it.
        if (param.extended) {
            names_.insert(names_.begin() + static_cast<std::ptrdiff_t>(next_extended_++), std::move(name));
        } else {
            names_.push_back(std::move(name));
        }
    }

    void judge_raw(const Param& param) {
        const std::string& raw = param.value;
        if (raw.find("=?") != raw.npos && raw.find("?=") != raw.npos)
            ambiguities_.add(Ambiguity::name_encoded_word, raw);
        if (param.charset.empty() && (std::ranges::any_of(raw, is_8bit) || raw.find('\x1B') != raw.npos))
            ambiguities_.add(Ambiguity::name_8bit, raw);
        if (!param.extended && has_percent(raw)) ambiguities_.add(Ambiguity::name_percent, raw);
        if (raw.find('\0') != raw.npos) ambiguities_.add(Ambiguity::name_nul, raw);
    }

    void judge_conflict() {
        const std::string first = base::extension_of(without_end(names_.front()));
        const auto other =
            std::ranges::find_if(names_, [&](const std::string& name) { return name != names_.front(); });
        const bool extensions = std::ranges::any_of(names_, [&](const std::string& name) {
            const std::string extension = base::extension_of(without_end(name));
            return extension != first && ((!first.empty() && !extension.empty()) || runs(name));
        });
        const std::string where = names_.front() + " | " + *other;
        ambiguities_.add(Ambiguity::name_conflict, where);
        if (extensions) ambiguities_.add(Ambiguity::name_extension_conflict, where);
        if (both_forms_) ambiguities_.add(Ambiguity::name_rfc2231, where);
    }

    void judge(std::string_view name) {
        if (name.find('\0') != name.npos) ambiguities_.add(Ambiguity::name_nul, name);
        if (has_bidi(name)) ambiguities_.add(Ambiguity::name_bidi, name);
        if (without_end(name).size() != name.size()) ambiguities_.add(Ambiguity::name_trailing, name);
        if (name.size() > max_file_name) ambiguities_.add(Ambiguity::name_long, name);
        const std::size_t dot = without_end(name).rfind('.');
        if (dot != name.npos && ends_in_blanks(name.substr(0, dot)))
            ambiguities_.add(Ambiguity::name_blanks, name);
    }

    Ambiguities& ambiguities_;
    std::vector<std::string> names_;
    std::string decoded_;
    std::size_t next_extended_ = 0;  // where the next name of the field goes that is in the extended form
    bool both_forms_ = false;
};

}  // namespace

std::string file_name(std::span<const StructuredValue> types, std::span<const StructuredValue> dispositions,
                      Ambiguities& ambiguities) {
    Names names(ambiguities);
    for (const StructuredValue& disposition : dispositions) {
        names.read(disposition, "filename");
        names.read(disposition, "name");
    }
    for (const StructuredValue& type : types) {
        names.read(type, "name");
        names.read(type, "filename");
    }
    std::string name = names.choose();
    return runs(name) || names.decoded_that_runs().empty() ? name : names.decoded_that_runs();
}

}  // namespace sekisho::scanner::mime

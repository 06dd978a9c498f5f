// Batch files and command lines of cmd.exe: carets, variables, pieces of variables and replacements in them.
//
// Lines are read in their order; a variable that is set within brackets or behind a condition is known behind
// it only if it was not known before. A line whose carets or variables give other text is replaced as a
// whole. Quotes within the name of a program, which cmd.exe drops, are taken out: p"ow"er"shell".
//
// Known weaknesses: for, call and set /a are not followed; delayed expansion is taken to be switched on.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "scanner/fold/languages.h"
#include "scanner/fold/token.h"

namespace sekisho::scanner::fold {

namespace {

constexpr std::size_t max_line = 64U << 10;  // bytes of one line, when its variables are put in
constexpr std::size_t max_name = 200;

// What a variable of the system holds everywhere.
struct Known {
    std::string_view name;
    std::string_view value;
};
constexpr Known known[] = {{"comspec", "C:\\WINDOWS\\system32\\cmd.exe"},
                           {"systemroot", "C:\\WINDOWS"},
                           {"windir", "C:\\WINDOWS"},
                           {"public", "C:\\Users\\Public"},
                           {"programdata", "C:\\ProgramData"},
                           {"allusersprofile", "C:\\ProgramData"},
                           {"systemdrive", "C:"},
                           {"os", "Windows_NT"}};

class Batch {
public:
    Batch(std::string_view source, Allowance& allowance, Output& output)
        : source_(source),
          allowance_(allowance),
          output_(output),
          names_(std::vector<std::string_view>{}, true) {
        for (const Known& variable : known)
            set(names_.number(variable.name), std::string(variable.value));
        system_ = names_.size();
    }

    void run() {
        std::size_t at = 0;
        while (at < source_.size()) {
            const std::size_t end = std::min(source_.find_first_of("\r\n", at), source_.size());
            std::size_t next = end;
            // A caret at the end of a line takes in the next one.
            std::size_t stop = end;
            while (stop > at && source_[stop - 1] == '^' && stop < source_.size()) {
                const std::size_t begin = std::min(source_.find_first_not_of("\r\n", stop), source_.size());
                stop = std::min(source_.find_first_of("\r\n", begin), source_.size());
                next = stop;
                if (stop == begin) break;
            }
            line(at, stop);
            at = std::max(next, at) + 1;
        }
    }

private:
    void set(std::uint32_t id, std::optional<std::string> value) {
        if (values_.size() <= id) values_.resize(id + 1);
        values_[id] = std::move(value);
    }
    // Of the system's variables pieces are taken to spell words; as a whole they say what they are.
    const std::string* get(std::string_view name, bool whole) const {
        const std::uint32_t id = names_.find(name);
        if (whole && id < system_) return nullptr;
        return id < values_.size() && values_[id] ? &*values_[id] : nullptr;
    }

    void line(std::size_t begin, std::size_t end) {
        const std::string_view raw = source_.substr(begin, end - begin);
        std::string_view first = base::trim(raw);
        while (first.starts_with('@') || first.starts_with('('))
            first = base::trim(first.substr(1));
        const bool remark = first.starts_with("::") || base::starts_with_ignoring_case(first, "rem ");
        if (remark || !allowance_.spend(raw.size())) return;
        const bool marked = raw.find_first_of("^%!\"") != std::string_view::npos;
        std::string text;
        if (!marked) {
            commands(raw);
            output_.look_into(raw, begin);
            return;
        }
        text = expanded(raw, '%');
        // Each command of the line is expanded once more for its exclamation marks, when those before it ran.
        std::string shown;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t stop = command_end(text, at);
            const std::string piece =
                with_plain_name(expanded(without_carets(std::string_view(text).substr(at, stop - at)), '!'));
            assignment(piece);
            shown.append(piece);
            const std::size_t after = std::min(text.find_first_not_of("&|", stop), text.size());
            shown.append(text, stop, after - stop);
            at = after;
        }
        if (shown == raw) {
            output_.look_into(raw, begin);
            return;
        }
        const std::string line(base::trim(shown));
        const bool placed = output_.replace(begin, end, std::move(shown));
        output_.recover(line, begin, placed);
    }

    void commands(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t stop = command_end(text, at);
            assignment(text.substr(at, stop - at));
            at = std::min(text.find_first_not_of("&|", stop), text.size());
        }
    }

    // The next & or | that is not within quotes, and has no caret before it.
    static std::size_t command_end(std::string_view text, std::size_t at) {
        bool quoted = false;
        for (; at < text.size(); ++at) {
            const char c = text[at];
            if (c == '"') quoted = !quoted;
            if (quoted) continue;
            if (c == '^') {
                ++at;
            } else if (c == '&' || c == '|') {
                return at;
            }
        }
        return text.size();
    }

    static std::string without_carets(std::string_view text) {
        std::string out;
        out.reserve(text.size());
        bool quoted = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (c == '"') quoted = !quoted;
            if (quoted || c != '^') {
                out.push_back(c);
                continue;
            }
            ++i;
            while (i < text.size() && (text[i] == '\r' || text[i] == '\n'))
                ++i;
            if (i < text.size()) out.push_back(text[i]);
        }
        return out;
    }

    // Quotes around a whole path stay: they begin the word, or a blank stands within.
    static std::string with_plain_name(std::string command) {
        const std::size_t begin = std::min(command.find_first_not_of(" \t@("), command.size());
        const std::size_t end = std::min(command.find_first_of(" \t\r\n=,;", begin), command.size());
        const std::string_view name = std::string_view(command).substr(begin, end - begin);
        const auto quotes = std::ranges::count(name, '"');
        if (quotes < 2 || quotes % 2 != 0 || name.find_first_of(":\\/") != std::string_view::npos)
            return command;
        if (name.starts_with('"') && name.find('"', 1) + 1 == name.size()) return command;
        std::string plain(name);
        std::erase(plain, '"');
        return command.replace(begin, end - begin, plain);
    }

    // set name=value, set "name=value"; also behind a condition: if x set name=value
    void assignment(std::string_view command) {
        std::string_view rest = base::trim(command);
        while (!rest.empty() && (rest.front() == '@' || rest.front() == '(' || rest.front() == ' '))
            rest.remove_prefix(1);
        std::size_t hit = 0;
        bool conditional = false;
        if (!base::starts_with_ignoring_case(rest, "set ")) {
            if (!base::starts_with_ignoring_case(rest, "if ")) return;
            hit = base::find_ignoring_case(rest, " set ");
            if (hit == std::string_view::npos) return;
            ++hit;
            conditional = true;
        }
        rest = rest.substr(hit + 4);
        rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
        const bool quoted = rest.starts_with('"');
        if (quoted) {
            rest.remove_prefix(1);
            rest = rest.substr(0, rest.rfind('"'));
        }
        const std::size_t equals = rest.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals > max_name) return;
        std::string_view name = rest.substr(0, equals);
        const bool computed =
            base::starts_with_ignoring_case(name, "/a ") || base::starts_with_ignoring_case(name, "/p ");
        if (computed) name = base::trim(name.substr(3));
        kept_.push_back(std::make_unique<std::string>(name));
        const std::uint32_t id = names_.number(*kept_.back());
        const bool was_known = id < values_.size() && values_[id].has_value();
        std::string_view value = rest.substr(equals + 1);
        if (computed || (conditional && was_known) || value.size() > max_line || value.empty()) {
            set(id, std::nullopt);
        } else {
            set(id, std::string(value));
        }
    }

    // Variables between two of `mark` put in; what is not known stays.
    std::string expanded(std::string_view text, char mark) {
        std::string out;
        out.reserve(text.size());
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t open = text.find(mark, at);
            if (open == std::string_view::npos) {
                out.append(text.substr(at));
                break;
            }
            out.append(text.substr(at, open - at));
            const std::size_t close = text.substr(open + 1, max_name).find(mark);
            if (close == std::string_view::npos) {
                out.push_back(mark);
                at = open + 1;
                continue;
            }
            const auto value = looked_up(text.substr(open + 1, close));
            if (!value || value->size() > max_line - std::min(out.size(), max_line) ||
                !allowance_.spend(value->size())) {
                // %% and unknown names: the second mark may open the next one.
                out.append(text.substr(open, close + 1));
                at = open + 1 + close;
                if (close == 0) {
                    out.push_back(mark);
                    ++at;
                }
                continue;
            }
            out.append(*value);
            at = open + close + 2;
        }
        return out;
    }

    // name, name:~from,count, name:what=with
    std::optional<std::string> looked_up(std::string_view inside) {
        const std::size_t colon = inside.find(':');
        const std::string* value = get(inside.substr(0, colon), colon == std::string_view::npos);
        if (value == nullptr) return std::nullopt;
        if (colon == std::string_view::npos) return *value;
        std::string_view change = inside.substr(colon + 1);
        if (change.starts_with('~')) return piece(*value, change.substr(1));
        const std::size_t equals = change.find('=');
        if (equals == std::string_view::npos || equals == 0) return std::nullopt;
        std::string_view what = change.substr(0, equals);
        const std::string_view with = change.substr(equals + 1);
        if (what.starts_with('*')) {
            what.remove_prefix(1);
            const std::size_t hit = what.empty() ? std::string::npos : base::find_ignoring_case(*value, what);
            if (hit == std::string::npos) return *value;
            return std::string(with) + value->substr(hit + what.size());
        }
        const Value out = replaced(Value::of(*value), what, with, true, false, allowance_);
        if (!out.is_string()) return std::nullopt;
        if (out.text() != *value) ++output_.counts().replaced;
        return std::string(out.text());
    }

    static std::optional<std::string> piece(std::string_view value, std::string_view numbers) {
        const auto size = static_cast<std::int64_t>(value.size());
        const std::size_t comma = numbers.find(',');
        auto from = parse_number(base::trim(numbers.substr(0, comma)), 10);
        auto count =
            comma == std::string_view::npos ? size : parse_number(base::trim(numbers.substr(comma + 1)), 10);
        if (!from || !count) return std::nullopt;
        if (*from < 0) from = std::max<std::int64_t>(0, size + *from);
        from = std::min(*from, size);
        if (*count < 0) count = std::max<std::int64_t>(0, size + *count - *from);
        return std::string(value.substr(static_cast<std::size_t>(*from), static_cast<std::size_t>(*count)));
    }

    std::string_view source_;
    Allowance& allowance_;
    Output& output_;
    Names names_;
    std::size_t system_ = 0;                          // how many of them are the system's
    std::vector<std::unique_ptr<std::string>> kept_;  // names, for names_
    std::vector<std::optional<std::string>> values_;
};

}  // namespace

void fold_batch(std::string_view source, const FoldLimits& limits, Allowance& allowance, Output& output) {
    (void)limits;  // nothing nests
    Batch(source, allowance, output).run();
}

}  // namespace sekisho::scanner::fold

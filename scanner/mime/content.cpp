#include "scanner/mime/content.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "scanner/mime/boundary_values.h"
#include "scanner/mime/encoding_names.h"
#include "scanner/mime/file_names.h"
#include "scanner/mime/mime_fields.h"

namespace sekisho::scanner::mime {

namespace {

constexpr std::size_t max_shapes = 16;
constexpr std::size_t max_type = 200;

// The word at the end of "application/x, multipart/mixed": up to what cannot be in a type.
std::string type_at(std::string_view text) {
    const std::size_t end = text.find_first_of(std::string_view("; \t\r\n\"(),=\0", 11));
    return base::to_lower(text.substr(0, end));
}

class Types {
public:
    Types(Content& out, std::string_view default_type, const BoundaryInUse& in_use, Ambiguities& ambiguities)
        : out_(out), default_(default_type), in_use_(in_use), ambiguities_(ambiguities) {}

    void read(std::string_view raw, const StructuredValue& parsed) {
        std::string type = parsed.token;
        judge_token(raw, type);
        type = squeezed(raw, type);
        // Blanks, quotes or a comment within it: no type to others.
        doubtful_ = doubtful_ || !base::starts_with_ignoring_case(base::trim(raw), type) ||
                    type.find('/') == type.npos;
        while (!type.empty() && (type.back() == ',' || type.back() == '"'))
            type.pop_back();
        const std::vector<std::string> boundaries = boundaries_of(raw, parsed, ambiguities_);
        if (type.empty()) {
            // A field without a type is none; but a boundary is one.
            if (boundaries.empty()) return;
            ambiguities_.add(Ambiguity::boundary_foreign, raw);
            doubtful_ = true;
            add_multipart("multipart/mixed", boundaries);
            return;
        }
        if (type == "multipart" || type == "multipart/") {
            ambiguities_.add(Ambiguity::type_multipart, type);
            type = "multipart/mixed";
        }
        if (type.starts_with("multipart/")) {
            doubtful_ = doubtful_ || boundaries.empty();
            add_multipart(type, boundaries);
        } else {
            add({.type = type, .declared = true});
            if (!boundaries.empty()) add_foreign(type, boundaries);
        }
        add_later_types(raw, type, boundaries);
    }

    // `clean`: there is a field of just the name Content-Type. A multipart that some clients do not take for
    // one is all of it a part to them.
    void finish(bool clean) {
        const bool divided = std::ranges::any_of(
            out_.shapes, [](const Shape& shape) { return shape.type.starts_with("multipart/"); });
        if (out_.shapes.empty() || (divided && (doubtful_ || !clean))) add({.type = std::string(default_)});
    }

private:
    // "multipart / mixed": the type without its blanks.
    std::string squeezed(std::string_view raw, const std::string& type) {
        if (type.find('/') != type.npos && !type.ends_with('/')) return type;
        std::string plain;
        for (const char c : base::trim(raw.substr(0, std::min(raw.find(';'), max_type)))) {
            if (!base::is_space(c)) plain += base::ascii_lower(c);
        }
        const std::size_t slash = plain.find('/');
        if (slash == plain.npos || slash == 0 || slash + 1 == plain.size() || plain.find('=') != plain.npos)
            return type;
        ambiguities_.add(Ambiguity::header_space, raw);
        return type_at(plain);
    }

    void judge_token(std::string_view raw, std::string_view type) {
        const std::string_view word = base::trim(raw.substr(0, raw.find(';')));
        if (has_comment(raw.substr(0, 4'096))) ambiguities_.add(Ambiguity::header_comment, raw);
        if (word.find("=?") != word.npos) ambiguities_.add(Ambiguity::header_encoded_word, word);
        if (word.find('\0') != word.npos) ambiguities_.add(Ambiguity::header_nul, word);
        if (word.find(',') != word.npos) ambiguities_.add(Ambiguity::header_values, word);
        if (word.find('"') != word.npos) ambiguities_.add(Ambiguity::type_quoted, word);
        if (word.find_first_of("\r\n") != word.npos) ambiguities_.add(Ambiguity::header_folding, word);
        if (has_odd_case(word.substr(0, type.size()))) ambiguities_.add(Ambiguity::header_case, word);
    }

    // A parenthesis outside of quotes, and not within a file name.
    static bool has_comment(std::string_view raw) {
        bool quoted = false;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] == '"') quoted = !quoted;
            if (raw[i] == '(' && !quoted)
                return base::find_ignoring_case(raw.substr(0, i), "name") == raw.npos;
        }
        return false;
    }

    // "Multipart", "MULTIPART" and "multipart" are all that programs write: a capital behind a small letter
    // of one word is odd.
    static bool has_odd_case(std::string_view type) {
        bool small = false;
        for (const char c : type) {
            const bool capital = c >= 'A' && c <= 'Z';
            if (capital && small) return true;
            small = c >= 'a' && c <= 'z';
        }
        return false;
    }

    void add(Shape shape) {
        if (out_.shapes.size() >= max_shapes || std::ranges::find(out_.shapes, shape) != out_.shapes.end())
            return;
        out_.shapes.push_back(std::move(shape));
    }

    // One shape for each boundary that is in use; where none is, the first stands for all.
    void add_multipart(const std::string& type, const std::vector<std::string>& boundaries) {
        if (boundaries.size() <= 1) {
            add({.type = type, .declared = true, .boundary = boundaries.empty() ? "" : boundaries.front()});
            return;
        }
        bool used = false;
        for (const std::string& boundary : boundaries) {
            if (!in_use_(boundary)) continue;
            add({.type = type, .declared = true, .boundary = boundary});
            used = true;
        }
        if (!used) add({.type = type, .declared = true, .boundary = boundaries.front()});
    }

    void add_foreign(const std::string& type, const std::vector<std::string>& boundaries) {
        for (const std::string& boundary : boundaries) {
            if (!in_use_(boundary)) continue;
            ambiguities_.add(Ambiguity::boundary_foreign, type);
            add({.type = "multipart/mixed", .declared = true, .boundary = boundary});
        }
    }

    // "application/x, multipart/mixed; boundary=foo", "Content-Type:multipart/mixed"
    void add_later_types(std::string_view raw, const std::string& first,
                         const std::vector<std::string>& boundaries) {
        constexpr std::array<std::string_view, 3> kinds{"multipart/", "message/", "application/"};
        constexpr std::size_t looked_at = 4'096;
        const std::string_view text = raw.substr(0, looked_at);
        for (const std::string_view kind : kinds) {
            const std::size_t at = base::find_ignoring_case(text, kind);
            if (at == text.npos || at == 0) continue;
            const std::string_view before = base::trim(text.substr(0, at));
            // A type within a parameter ("type=", "protocol=") is ordinary.
            if (before.empty() || before.ends_with('=') || before.ends_with('"') || before.ends_with('\''))
                continue;
            const std::string type = type_at(text.substr(at));
            if (type == first) continue;
            ambiguities_.add(Ambiguity::header_values, text);
            if (kind == kinds.front()) {
                add_multipart(type, boundaries);
            } else {
                add({.type = type, .declared = true});
            }
        }
    }

    Content& out_;
    std::string_view default_;
    const BoundaryInUse& in_use_;
    Ambiguities& ambiguities_;
    bool doubtful_ = false;  // a type that is written as no type is
};

std::vector<StructuredValue> parsed(const std::vector<std::string_view>& fields) {
    std::vector<StructuredValue> out;
    for (const std::string_view raw : fields)
        out.push_back(parse_structured(unfold(raw)));
    return out;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
    constexpr std::array<std::string_view, 7> names{"identity", "base64", "quoted-printable", "uuencode",
                                                    "yenc",     "binhex", "unknown"};
    return names.at(static_cast<std::size_t>(encoding));
}

bool Content::is_message() const {
    return type == "message/rfc822" || type == "message/global" || type == "message/news";
}

void Content::choose(std::size_t shape) {
    const Shape& chosen = shapes[std::min(shape, shapes.size() - 1)];
    type = chosen.type;
    type_declared = chosen.declared;
    boundary = chosen.boundary;
}

Content read_content(const HeaderBlock& header, std::string_view default_type, const BoundaryInUse& in_use,
                     Ambiguities& ambiguities) {
    const MimeFields fields = mime_fields(header, ambiguities);
    Content out;
    const std::vector<StructuredValue> type_values = parsed(fields.types);
    Types types(out, default_type, in_use, ambiguities);
    for (std::size_t i = 0; i < type_values.size(); ++i)
        types.read(fields.types[i], type_values[i]);
    types.finish(fields.clean_type);
    const std::vector<StructuredValue> dispositions = parsed(fields.dispositions);
    for (const StructuredValue& disposition : dispositions) {
        if (const Param* boundary = disposition.find("boundary"))
            ambiguities.add(Ambiguity::boundary_foreign, boundary->value);
    }
    const auto type =
        std::ranges::find_if(type_values, [](const StructuredValue& value) { return !value.token.empty(); });
    if (type != type_values.end()) {
        if (const Param* charset = type->find("charset")) out.charset = charset->value;
    }
    out.name = file_name(type_values, dispositions, ambiguities);
    if (!dispositions.empty()) out.disposition = dispositions.front().token;
    DeclaredEncodings declared = declared_encodings(fields.encodings, ambiguities, fields.clean_encoding);
    out.encoding_token = std::move(declared.token);
    out.encodings = std::move(declared.encodings);
    out.choose(0);
    return out;
}

}  // namespace sekisho::scanner::mime

#include "scanner/office/rtf_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/link_targets.h"
#include "scanner/office/rtf_lexer.h"
#include "scanner/office/rtf_text.h"
#include "scanner/office/rtf_words.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_groups = 16'384;
constexpr std::size_t max_objects = 1'024;
constexpr std::size_t max_open_objects = 16;  // one within another
constexpr std::size_t max_templates = 16;

// \fcharset: a Windows character set. 0 and those that are not here are the document's.
struct CharsetRow {
    std::int32_t charset;
    std::uint16_t code_page;
};
constexpr std::array charsets{
    CharsetRow{128, 932},  CharsetRow{129, 949},  CharsetRow{134, 936},  CharsetRow{136, 950},
    CharsetRow{161, 1253}, CharsetRow{162, 1254}, CharsetRow{163, 1258}, CharsetRow{177, 1255},
    CharsetRow{178, 1256}, CharsetRow{186, 1257}, CharsetRow{204, 1251}, CharsetRow{222, 874},
    CharsetRow{238, 1250},
};

bool is_padding(char c) { return base::is_space(c) || c == '\0'; }

class Reader {
public:
    Reader(std::string_view rtf, Output& output, Budget& budget)
        : lexer_(rtf), budget_(budget), text_(output, fields_) {}

    RtfContent run() {
        for (RtfToken token = lexer_.next(); token.kind != RtfToken::Kind::end; token = lexer_.next())
            take(token);
        text_.flush();
        while (!open_.empty())
            close_object();
        fields_.finish();
        close_path();
        out_.fields.assign(fields_.fields().begin(), fields_.fields().end());
        out_.limited = out_.limited || fields_.cut();
        return std::move(out_);
    }

private:
    struct Group {
        RtfTarget target = RtfTarget::shown;
        bool only_rtf = false;
        bool in_field = false;
        bool upr = false;
        bool fresh = true;  // nothing has stood in it yet
        // What began in it, and ends with it.
        bool has_field = false;
        bool has_object = false;
        bool has_path = false;
        std::uint16_t code_page = 0;  // 0: the document's
        std::uint16_t fallbacks = 1;
    };
    Group& group() { return groups_.back(); }

    void take(const RtfToken& token) {
        using enum RtfToken::Kind;
        switch (token.kind) {
            case open:
                return open_group();
            case close:
                return close_group();
            case word:
                return take_word(token);
            case symbol:
                return take_symbol(token.text[0]);
            case byte:
                return take_byte(token);
            case text:
                return take_text(token.text);
            case binary:
                return take_binary(token);
            case end:
                return;
        }
    }

    void open_group() {
        skip_ = 0;
        starred_ = false;
        if (Group& around = group(); around.target == RtfTarget::object_data) ++open_.back().junk.groups;
        group().fresh = false;
        out_.deepest = std::max(out_.deepest, groups_.size() + too_deep_);
        if (groups_.size() > max_groups) {
            ++too_deep_;
            return;
        }
        Group inner = group();
        if (inner.upr) inner.target = RtfTarget::hidden;
        inner.upr = inner.has_field = inner.has_object = inner.has_path = false;
        inner.fresh = true;
        groups_.push_back(inner);
    }

    void close_group() {
        skip_ = 0;
        starred_ = false;
        if (too_deep_ > 0) {
            --too_deep_;
            return;
        }
        if (groups_.size() == 1) return;  // one brace too many
        const Group closed = group();
        groups_.pop_back();
        if (closed.has_object) close_object();
        if (closed.has_path) close_path();
        if (closed.has_field) close_field();
    }

    void take_symbol(char symbol) {
        if (group().target == RtfTarget::object_data) ++open_.back().junk.words;
        if (symbol == '*') {
            starred_ = group().fresh;
            return;
        }
        group().fresh = false;
        if (symbol == '~') put(" ");
        if (symbol == '_') put("-");
        if (symbol == '\r' || symbol == '\n') write_utf8("\n");
        if (symbol == '{' || symbol == '}' || symbol == '\\') put({&symbol, 1});
    }

    // "\'e9": a byte in the code page of the font.
    void take_byte(const RtfToken& token) {
        group().fresh = false;
        if (group().target == RtfTarget::object_data) return open_.back().escape();
        const char byte = static_cast<char>(token.byte);
        if (!token.broken)
            put({&byte, 1});
        else if (token.text.size() == 1)
            put(token.text);
    }

    void take_text(std::string_view text) {
        if (group().fresh) group().fresh = std::ranges::all_of(text, is_padding);
        put(text);
    }

    void take_binary(const RtfToken& token) {
        skip_ = 0;
        out_.damaged = out_.damaged || token.broken;
        if (group().target == RtfTarget::object_data) open_.back().binary(token.text, budget_);
    }

    void take_word(const RtfToken& token) {
        const RtfWord* const row = find_rtf_word(token);
        const bool starred = std::exchange(starred_, false);
        group().fresh = false;
        if (group().target == RtfTarget::object_data) ++open_.back().junk.words;
        if (starred && (row == nullptr || !is_rtf_destination(row->act))) {
            // Behind "\*" stands what readers that do not know it leave out.
            group().target = RtfTarget::hidden;
        } else if (row != nullptr) {
            act(*row, token);
        }
    }

    void act(const RtfWord& row, const RtfToken& token) {
        switch (row.act) {
            case RtfAct::write:
                return write_utf8(row.text);
            case RtfAct::unicode:
                return token.has_number ? put_unit(static_cast<std::uint16_t>(token.number)) : void();
            case RtfAct::fallbacks:
                group().fallbacks = static_cast<std::uint16_t>(std::clamp(token.number, 0, 0xFFFF));
                return;
            case RtfAct::code_page:
                text_.set_code_page(static_cast<std::uint32_t>(std::max(token.number, 0)));
                return;
            case RtfAct::font:
                return use_font(token.number);
            case RtfAct::font_charset:
                return set_charset(token.number);
            case RtfAct::plain:
                group().code_page = 0;
                return;
            case RtfAct::from_html:
                out_.html = !token.has_number || token.number != 0;
                return;
            case RtfAct::only_rtf:
                group().only_rtf = !token.has_number || token.number != 0;
                return;
            case RtfAct::object_update:
                out_.object_update = true;
                return;
            default:
                return begin_destination(row.act);
        }
    }

    void begin_destination(RtfAct act) {
        switch (act) {
            case RtfAct::hide:
                // Within an object it is no more than junk, unless it has a group to itself.
                if (!group().has_object) group().target = RtfTarget::hidden;
                return;
            case RtfAct::show:
                if (open_.empty()) group().target = RtfTarget::shown;
                return;
            case RtfAct::fonts:
                if (open_.empty()) group().target = RtfTarget::fonts;
                return;
            case RtfAct::upr:
                group().upr = true;
                return;
            case RtfAct::ud:
                group().target = groups_.size() > 1 ? groups_[groups_.size() - 2].target : RtfTarget::shown;
                return;
            case RtfAct::object_class:
                if (!open_.empty()) return;
                text_.flush();
                text_.class_name.clear();
                group().target = RtfTarget::object_class;
                return;
            case RtfAct::object_data:
                return open_object();
            case RtfAct::field:
                return open_field();
            case RtfAct::field_instruction:
                if (!group().in_field) open_field();
                group().target = RtfTarget::instruction;
                return;
            case RtfAct::field_result:
                text_.flush();
                fields_.separate();
                return;
            case RtfAct::template_path:
                text_.flush();
                group().has_path = true;
                group().target = RtfTarget::path;
                return;
            default:
                return;
        }
    }

    void open_object() {
        if (group().has_object) return;
        text_.flush();
        if (open_.size() == max_open_objects) {
            out_.limited = true;
            group().target = RtfTarget::hidden;
            return;
        }
        open_.emplace_back();
        group().has_object = true;
        group().target = RtfTarget::object_data;
    }
    void close_object() {
        RtfObjectData data = std::move(open_.back());
        open_.pop_back();
        if (out_.objects.size() == max_objects) {
            out_.limited = true;
            return;
        }
        RtfObject object{.class_name = text_.class_name, .data = nullptr, .junk = data.junk};
        const std::uint64_t size = data.size();
        object.data = std::move(data).finish(budget_);
        object.truncated = object.data != nullptr && size > object.data->bytes().size();
        out_.objects.push_back(std::move(object));
    }

    void open_field() {
        if (group().has_field) return;
        text_.flush();
        fields_.begin();
        group().in_field = group().has_field = true;
    }
    // A link says where it leads, as a text mail would.
    void close_field() {
        text_.flush();
        const WordField* const field = fields_.end();
        const bool is_link = field != nullptr && field->kind == WordField::Kind::hyperlink;
        if (is_link && !out_.html && is_web_address(field->target) && group().target == RtfTarget::shown)
            write_utf8(fmt::format(" <{}>", field->target));
    }

    void close_path() {
        text_.flush();
        if (text_.path.empty()) return;
        if (out_.templates.size() < max_templates)
            out_.templates.push_back(std::move(text_.path));
        else
            out_.limited = true;
        text_.path.clear();
    }

    void use_font(std::int32_t number) {
        const auto font = static_cast<std::uint16_t>(number);
        if (group().target == RtfTarget::fonts) {
            ++out_.fonts;
            font_ = font;
        } else {
            group().code_page = font < code_pages_.size() ? code_pages_[font] : std::uint16_t{0};
        }
    }
    void set_charset(std::int32_t charset) {
        const auto* const row = std::ranges::find(charsets, charset, &CharsetRow::charset);
        if (group().target != RtfTarget::fonts || row == charsets.end()) return;
        if (font_ >= code_pages_.size()) code_pages_.resize(font_ + std::size_t{1});
        code_pages_[font_] = row->code_page;
    }

    // Whether text that stands here is wanted as text.
    bool takes_text() {
        const RtfTarget target = group().target;
        if (target == RtfTarget::shown) return !group().only_rtf;
        return target == RtfTarget::instruction || target == RtfTarget::object_class ||
               target == RtfTarget::path;
    }

    // Bytes in the code page. Those that stand for a character that was given in Unicode are left out.
    void put(std::string_view bytes) {
        if (group().target == RtfTarget::object_data) return open_.back().digits(bytes, budget_);
        if (skip_ == 0 && !takes_text()) return;
        while (skip_ > 0 && !bytes.empty()) {
            if (!is_line_end(bytes.front())) --skip_;
            bytes.remove_prefix(1);
        }
        if (!takes_text() || bytes.empty()) return;
        text_.put(group().target, group().code_page, bytes);
    }
    static bool is_line_end(char c) { return c == '\r' || c == '\n'; }

    void put_unit(std::uint16_t unit) {
        if (group().target == RtfTarget::object_data) return;
        skip_ = group().fallbacks;
        if (takes_text()) text_.put_unit(group().target, unit);
    }

    void write_utf8(std::string_view text) {
        if (takes_text()) text_.put_utf8(group().target, text);
    }

    RtfLexer lexer_;
    Budget& budget_;
    RtfContent out_;
    std::vector<Group> groups_{Group{}};
    std::size_t too_deep_ = 0;
    std::vector<RtfObjectData> open_;  // objects, one within another
    FieldReader fields_;
    RtfText text_;
    std::vector<std::uint16_t> code_pages_;  // by number of a font
    std::uint16_t font_ = 0;
    std::uint32_t skip_ = 0;  // letters that stand for a Unicode character
    bool starred_ = false;
};

}  // namespace

RtfContent read_rtf(base::Bytes rtf, Output& text, Budget& budget) {
    return Reader(base::as_text(rtf), text, budget).run();
}

}  // namespace sekisho::scanner::office

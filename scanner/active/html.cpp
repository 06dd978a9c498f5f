#include "scanner/active/html.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/escape.h"
#include "base/text.h"
#include "scanner/active/coding.h"
#include "scanner/active/html_login.h"
#include "scanner/active/html_marks.h"
#include "scanner/active/html_payloads.h"
#include "scanner/active/marks.h"
#include "scanner/active/page_start.h"
#include "scanner/ascii_text.h"
#include "scanner/html_tokens.h"
#include "scanner/recovered.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::size_t large_value = 2u << 10;      // bytes of an attribute or text that a script may decode
constexpr std::size_t max_hidden_text = 1u << 10;  // bytes of an invisible element that are read
constexpr std::size_t max_large_texts = 64;

// The first element whose attributes say something; others have style and layout.
constexpr std::array<std::string_view, 24> spoken_tags{
    "a",      "area",   "base", "body",     "button", "embed", "form",   "frame",
    "iframe", "image",  "img",  "input",    "link",   "meta",  "object", "param",
    "script", "source", "svg",  "textarea", "track",  "use",   "video",  "xml"};
static_assert(std::ranges::is_sorted(spoken_tags));

// The parts that mail programs show as the mail itself.
bool is_body_of_mail(const Part& part) {
    constexpr std::array<std::string_view, 3> openers{"mime", "msg", "tnef"};
    return std::ranges::find(openers, part.opened_by) != openers.end();
}

// One page, read once from its beginning to its end.
class Page {
public:
    Page(const Part& part, Extraction& extraction, bool is_svg)
        : part_(part),
          extraction_(extraction),
          is_svg_(is_svg),
          attached_(!part.name.empty() || !is_body_of_mail(part)),
          payloads_(part, extraction),
          login_(part, extraction) {}

    void read(std::string_view html) {
        HtmlTokens tokens(html, is_svg_ || base::starts_with_ignoring_case(html.substr(0, 256), "<?xml"));
        for (HtmlToken token; tokens.next(token);) {
            switch (token.kind) {
                case HtmlToken::Kind::text:
                    if (prefixed_script_) {
                        take_script(token);
                    } else {
                        take_text(token.text);
                    }
                    break;
                case HtmlToken::Kind::content:
                    if (token.tag.name == "script") take_script(token);
                    if (token.tag.name == "style" && token.text.size() >= large_value)
                        styles_.push_back(token.text);
                    break;
                case HtmlToken::Kind::tag:
                    prefixed_script_ = false;
                    if (token.tag.name.empty()) take_comment(token.text);
                    if (token.tag.closing) {
                        close_tag(token.tag);
                    } else if (!token.tag.name.empty()) {
                        open_tag(token);
                    }
                    break;
            }
        }
        end_hidden();
        judge_scripts();
    }

private:
    void add(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }

    void take_text(std::string_view text) {
        if (!hidden_tag_.empty()) {
            hidden_text_ += text.substr(0, max_hidden_text - std::min(hidden_text_.size(), max_hidden_text));
            if (hidden_text_.size() >= max_hidden_text) end_hidden();
        }
        if (text.size() >= large_value && large_.size() < max_large_texts) large_.push_back(base::trim(text));
    }

    void take_comment(std::string_view text) {
        constexpr std::string_view begin = "<!--";
        if (text.size() < large_value || !text.starts_with(begin) || comments_.size() >= max_large_texts)
            return;
        text.remove_prefix(begin.size());
        comments_.push_back(base::trim(text.substr(0, text.rfind("--"))));
    }

    void take_script(const HtmlToken& token) {
        std::string_view script = token.text;
        if (is_svg_ && script.find('&') != script.npos) script = own_.emplace_back(decode_html_value(script));
        scripts_.push_back(script);
        if (!is_code_ || base::trim(script).empty()) return;
        note_active(fmt::format("script of {} bytes", script.size()));
        code_bytes_ += script.size();
        if (token.conditional) add("html.conditional-comment", script.substr(0, 80));
    }

    // Something that runs.
    void note_active(std::string_view what) {
        if (!active_) add(is_svg_ ? "svg.script" : "html.script", what);
        active_ = true;
    }

    void open_tag(const HtmlToken& token) {
        const HtmlTag& tag = token.tag;
        if (hidden_tag_.empty()) {
            if (tag.attributes.size() > 8 && is_invisible(tag.attributes) && tag.name != "input")
                hidden_tag_ = tag.name;
        } else if (tag.name == hidden_tag_) {
            ++hidden_depth_;
        }
        const bool speaks = is_svg_ || std::ranges::binary_search(spoken_tags, tag.name);
        if (!speaks && tag.attributes.size() < large_value) return;
        if (tag.name == "script") open_script(tag);
        if (is_svg_ && tag.name.ends_with(":script")) {
            open_script(tag);
            prefixed_script_ = !tag.closes_itself();
        }
        HtmlAttributes attributes(tag.attributes);
        for (HtmlAttribute attribute; attributes.next(attribute);)
            take_attribute(tag, attribute);
        if (tag.name == "meta") judge_refresh(tag);
        if (tag.name == "form") login_.open_form(tag);
        if (tag.name == "input" || tag.name == "textarea") login_.take_input(tag);
        if (is_svg_ && is_foreign_element(tag.name)) note_active("<" + tag.name + "> in SVG");
    }

    void open_script(const HtmlTag& tag) {
        is_code_ = is_code_type(html_attribute(tag, "type").value_or(""));
        for (const std::string_view name : {"src", "href", "xlink:href"}) {
            const auto source = html_attribute(tag, name);
            if (source && is_code_) note_active("script from " + source->substr(0, 150));
        }
    }

    void take_attribute(const HtmlTag& tag, const HtmlAttribute& attribute) {
        const std::string_view name = attribute.name;
        const std::string_view value = attribute.value;
        if (name.size() > 4 && base::starts_with_ignoring_case(name, "on") && !value.empty()) {
            const bool runs_at_once =
                base::equals_ignoring_case(name, "onload") || base::equals_ignoring_case(name, "onerror");
            if (is_svg_ || runs_at_once) {
                note_active(fmt::format("{} of <{}>", base::to_lower(name), tag.name));
                scripts_.push_back(own_.emplace_back(decode_html_value(value)));
                code_bytes_ += value.size();
            } else {
                // Whatever is clicked in a page is clicked in its body as well.
                const bool of_page = tag.name == "body" || tag.name == "html";
                handlers_.push_back(
                    {own_.emplace_back(decode_html_value(value)), waits_for_reader(name) && !of_page});
            }
            return;
        }
        if (base::equals_ignoring_case(name, "srcdoc") && !value.empty()) {
            payloads_.add_page(decode_html_value(value));
        } else if (base::equals_ignoring_case(name, "download") && !value.empty()) {
            payloads_.set_name(decode_html_value(value));
        } else if (base::equals_ignoring_case(name, "formaction")) {
            login_.set_action(decode_html_value(value));
        }
        const std::string_view start = base::trim(value.substr(0, 64));
        if (start.empty()) return;
        // Browsers drop what hides a scheme; entities are how it is hidden.
        const bool may_be_hidden = start.find('&') != start.npos;
        const std::string scheme =
            base::to_lower(may_be_hidden ? decode_html_value(start) : std::string(start.substr(0, 16)));
        if (scheme.starts_with("data:")) return take_data_url(tag, value);
        if (scheme.starts_with("javascript:"))
            handlers_.push_back({own_.emplace_back(decode_html_value(value).substr(11)), true});
        if (is_svg_ && scheme.starts_with("javascript:")) return note_active("javascript: link in SVG");
        if (value.size() >= large_value && large_.size() < max_large_texts)
            large_.push_back(base::trim(value));
    }

    void take_data_url(const HtmlTag& tag, std::string_view value) {
        bool by_link = false;
        if (tag.name == "a") {
            const auto name = html_attribute(tag, "download");
            by_link = name.has_value();
            if (name && !name->empty()) payloads_.set_name(*name);
        }
        // Pictures within newsletters are many and large: they are not decoded unless they are none.
        if (value.find('&') == value.npos) return payloads_.open_data_url(base::trim(value), by_link);
        payloads_.open_data_url(base::trim(own_.emplace_back(decode_html_value(value))), by_link);
    }

    void judge_refresh(const HtmlTag& tag) {
        if (!base::equals_ignoring_case(base::trim(html_attribute(tag, "http-equiv").value_or("")),
                                        "refresh"))
            return;
        const std::string content = html_attribute(tag, "content").value_or("");
        std::size_t at = content.find_first_of(";,");
        if (at == content.npos) return;
        std::string_view url = base::trim(std::string_view(content).substr(at + 1));
        if (base::starts_with_ignoring_case(url, "url")) {
            at = url.find('=');
            if (at == url.npos) return;
            url = base::trim(url.substr(at + 1));
        }
        url = base::trim(url, [](char c) { return c == '"' || c == '\''; });
        if (base::starts_with_ignoring_case(url, "data:")) payloads_.open_data_url(own_.emplace_back(url));
        if (leaves(url) || base::starts_with_ignoring_case(url, "data:")) add("html.refresh", url);
    }

    void close_tag(const HtmlTag& tag) {
        if (tag.name == "form") login_.close_form();
        if (hidden_tag_.empty() || tag.name != hidden_tag_) return;
        if (hidden_depth_ == 0) return end_hidden();
        --hidden_depth_;
    }

    void end_hidden() {
        if (!hidden_text_.empty() && speaks_in_secret(readable(hidden_text_)))
            add("html.hidden-text", hidden_tag_);
        hidden_tag_.clear();
        hidden_text_.clear();
        hidden_depth_ = 0;
    }

    std::string readable(std::string_view text) const {
        if (base::is_utf8(text)) return decode_html_value(text);
        return decode_html_value(base::to_utf8(base::as_bytes(text), part_.charset));
    }

    void judge_scripts() {
        std::vector<PageScript> all = handlers_;
        for (const std::string_view script : scripts_)
            all.push_back({script});
        for (const PageScript& script : all)
            login_.take_script(script.code);
        if (attached_) login_.finish();
        ScriptWords words;
        for (const PageScript& script : all) {
            const ScriptWords more = words_of(script.code);
            words.builds = words.builds || more.builds;
            words.decodes = words.decodes || more.decodes;
            words.writes = words.writes || more.writes;
        }
        // A page that is nothing but the way to another one.
        constexpr std::size_t short_script = 8u << 10;
        if (attached_ && code_bytes_ <= short_script) {
            for (const std::string_view script : scripts_) {
                const std::string_view target = redirect_in(script);
                if (!target.empty()) note_redirect(target);
            }
        }
        for (const PageScript& script : all)
            payloads_.learn(script.code);
        for (const PageScript& script : all)
            payloads_.search_script(script.code, words);
        for (const std::string_view style : styles_)
            payloads_.search_style(style, words);
        if (!all.empty()) {
            for (const std::string_view text : large_)
                payloads_.search_text(text, words);
            for (const std::string_view text : comments_)
                payloads_.search_text(text, words, true);
        }
        payloads_.finish(std::move(all), words);
    }

    // A link in base64 is handed on, so that it is judged like others.
    void note_redirect(std::string_view target) {
        add("html.redirect", target.substr(0, 200));
        if (!target.starts_with("aHR0c")) return;
        std::string link;
        CodingReader(Coding::base64).feed(target.substr(0, 8u << 10), link);
        (void)add_recovered(extraction_, "link", std::move(link));
    }

    const Part& part_;
    Extraction& extraction_;
    bool is_svg_;
    bool prefixed_script_ = false;  // within <svg:script>, whose content comes as text
    bool attached_;                 // not the body of a mail
    PayloadSearch payloads_;
    LoginWatch login_;
    std::deque<std::string> own_;  // decoded values that the views below look into
    std::vector<std::string_view> scripts_;
    std::vector<PageScript> handlers_;
    std::vector<std::string_view> styles_;
    std::vector<std::string_view> comments_;
    std::vector<std::string_view> large_;  // values and texts that a script may take as data
    std::size_t code_bytes_ = 0;
    bool is_code_ = true;  // the script that was opened last
    bool active_ = false;
    std::string hidden_tag_;  // the invisible element that is open
    std::string hidden_text_;
    std::size_t hidden_depth_ = 0;
};

void read_page(const Part& part, Extraction& extraction, bool is_svg) {
    if (!extraction.budget().spend_steps(part.bytes.size())) return;
    const AsciiText text(part);
    if (!text.whole()) extraction.budget().reach("limit.part-bytes");
    Page(part, extraction, is_svg).read(text.view());
}

constexpr std::size_t looked_at = 4u << 10;
constexpr Confidence html_confidence = weak_match - 5;

constexpr std::array<std::string_view, 22> html_tags{"<!doctype html",
                                                     "<html",
                                                     "<head",
                                                     "<body",
                                                     "<meta",
                                                     "<title",
                                                     "<div",
                                                     "<table",
                                                     "<p>",
                                                     "<p ",
                                                     "<br",
                                                     "<span",
                                                     "<font",
                                                     "<style",
                                                     "<a ",
                                                     "<img",
                                                     "<script",
                                                     "<center",
                                                     "<h1",
                                                     "<b>",
                                                     "<ul>",
                                                     "<iframe"};

Confidence recognise_html(base::Bytes head, std::string_view) {
    const base::Bytes start = base::head(head, looked_at);
    if (base::as_text(start).find('<') == std::string_view::npos || !looks_textual(start)) return no_match;
    const std::string lower = lower_head(start, looked_at);
    std::string_view text = lower;
    const bool is_xml = text.starts_with("<?xml");
    if (is_xml) {
        const std::size_t end = text.find("?>");
        if (end == text.npos) return no_match;
        text = base::trim(text.substr(end + 2));
    }
    if (text.starts_with("<!doctype html") || text.starts_with("<html")) return good_match;
    if (is_xml) return no_match;
    const auto tags =
        std::ranges::count_if(html_tags, [&](std::string_view tag) { return text.find(tag) != text.npos; });
    // One tag may be quoted in a text; a fragment of HTML begins with one, or holds several kinds.
    return tags > 2 || (tags > 0 && text.starts_with('<')) ? html_confidence : no_match;
}

Turn always_light(const Part&) { return Turn::light; }

}  // namespace

void open_html(const Part& part, Extraction& extraction) { read_page(part, extraction, false); }
void open_svg(const Part& part, Extraction& extraction) { read_page(part, extraction, true); }

const Format html_format{
    .name = "html",
    .type = "text/html",
    .extensions = "html,htm,xhtml,shtml",
    .recognise = recognise_html,
    .turn = always_light,
    .open = open_html,
    .risky = false,
};

}  // namespace sekisho::scanner::active

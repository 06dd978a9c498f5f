// Files that a page carries in its scripts, attributes and texts, as HTML smuggling does (MITRE ATT&CK
// T1027.006): a literal is decoded in the ways that scripts know, and what comes out is told by its bytes.
// Nothing is executed.
//
// Undone are: pieces joined by + or in lists, escapes, percent encoding, hexadecimal, base64 (once or twice,
// also reversed), lists of numbers, each byte under one constant by XOR or addition, keys of several bytes
// that stand in a script, a key that grows by one from byte to byte, and what page_tricks.h knows.
//
// Known weaknesses: real encryption, compression, other alphabets and pieces in another order than they are
// joined in are not undone; such a file is unknown: html.opaque-drop where the page saves it by itself under
// the name of an archive or a program, else html.blob.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/active/page_start.h"
#include "scanner/active/page_tricks.h"
#include "scanner/active/page_words.h"
#include "scanner/active/payload_kind.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::active {

struct PayloadSource;
struct PayloadRecipe;

// What a page hands to its reader.
struct Drop {
    enum class Kind : std::uint8_t {
        document,  // of Office; data that is packed; a drawing
        active,    // archive, disk image, program, script, shortcut: by its bytes or by the name that it gets
        opaque,    // unknown bytes
    } kind = Kind::document;
    bool by_link = false;  // <a download href="data:...">: the browser saves it when it is clicked
    bool active_name = false;
    std::string evidence;
};

// The search through one page. What is found becomes a child "html-smuggling". Findings, on the part of the
// page: html.encoded, html.data-url; and of what it hands to its reader html.smuggling and html.drop where it
// does so by itself (page_start.h), html.offer where it waits for a click, html.blob and html.opaque-drop of
// unknown bytes. Bounded: 16 children, 1,024 literals (limit.embedded); everything is charged as steps before
// it is done.
class PayloadSearch {
public:
    static constexpr std::size_t max_children = 16;
    static constexpr std::size_t max_literals = 1'024;

    PayloadSearch(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    // What a script of the page says of how its literals are undone: before the first search.
    void learn(std::string_view script);
    // The script and whatever scripts come out of its literals. `words`: of all scripts of the page.
    void search_script(std::string_view script, const ScriptWords& words);
    // A style sheet, whose values a script may take as data.
    void search_style(std::string_view style, const ScriptWords& words);
    // A value or a text that a script of the page may take as data. `is_aside`: a comment, which is no
    // unknown file by itself.
    void search_text(std::string_view text, const ScriptWords& words, bool is_aside = false);
    // A "data:" URL (RFC 2397) that something of the page refers to. `by_link`: an <a download>.
    void open_data_url(std::string_view url, bool by_link = false);
    // The name that the page gives its file, where a tag says it.
    void set_name(std::string_view name) {
        name_ = std::string(name.substr(0, 255));
        name_given_ = true;
    }
    // Text that is a page by itself: the srcdoc of a frame.
    void add_page(std::string_view text);
    // Scripts that came out of literals, until there are none; then the short literals where nothing else was
    // found; then judges what the page hands over. `scripts`: all of the page, handlers included.
    void finish(std::vector<PageScript> scripts, const ScriptWords& words);

private:
    enum class Outcome : std::uint8_t { settled, unknown };

    bool may_try(std::size_t bytes);
    void search_runs(std::string_view script, const ScriptWords& words);
    void search_short(std::string_view script, const ScriptWords& words);
    void note_drop(Drop::Kind kind, std::string evidence, bool by_link = false);
    void judge_drops(std::span<const PageScript> scripts);
    // By the name that the page gives its file; nothing where it is the bytes that tell.
    std::optional<Drop::Kind> named_kind() const;
    void try_source(const PayloadSource& source, const ScriptWords& words, bool within);
    Outcome try_recipe(const PayloadSource& source, PayloadRecipe& recipe, const ScriptWords& words);
    bool try_tricks(const PayloadSource& source, const ScriptWords& words);
    bool find_long_key(std::string& head, PayloadRecipe& recipe, PayloadType& type) const;
    bool find_key(std::string& head, PayloadRecipe& recipe, PayloadType& type) const;
    void accept(const PayloadSource& source, const PayloadRecipe& recipe, PayloadType type,
                const ScriptWords& words);
    bool add_child(const PayloadSource& source, const PayloadRecipe& recipe, std::string_view label,
                   std::string_view type);
    void queue_script(const PayloadSource& source, const PayloadRecipe& recipe);
    std::string take_text(const PayloadSource& source, const PayloadRecipe& recipe, std::size_t most);

    const Part& part_;
    Extraction& extraction_;
    std::string name_;
    bool name_given_ = false;         // NamedFile::given
    std::vector<std::uint8_t> keys_;  // constants that scripts put behind '^'
    PageTricks tricks_;
    bool undone_ = false;              // what is tried has been undone already
    std::deque<std::string> scripts_;  // that came out of literals
    std::vector<Drop> drops_;
    std::size_t queued_ = 0;
    std::size_t children_ = 0;
    std::size_t blobs_ = 0;
    std::size_t literals_ = 0;
};

}  // namespace sekisho::scanner::active

// Files that a page carries in its scripts, attributes and texts, as HTML smuggling does (MITRE ATT&CK
// T1027.006): a literal is decoded in the ways that scripts know, and what comes out is told by its bytes.
// Nothing is executed.
//
// Undone are: pieces joined by + or in lists, escapes, percent encoding, hexadecimal, base64 (once or twice,
// also reversed), lists of numbers, and each byte under one constant by XOR or addition.
//
// Known weaknesses: keys of several bytes, real encryption, compression and pieces in another order than they
// are joined in are not undone; such a file is unknown, html.blob at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/active/page_words.h"
#include "scanner/active/payload_kind.h"
#include "scanner/extraction.h"

namespace sekisho::scanner::active {

struct PayloadSource;
struct PayloadRecipe;

// The search through one page. Findings, on the part of the page: html.smuggling, html.blob, html.encoded,
// html.data-url. What is found becomes a child "html-smuggling". Bounded: 16 children, 1,024 literals
// (limit.embedded); everything is charged as steps before it is done.
class PayloadSearch {
public:
    static constexpr std::size_t max_children = 16;
    static constexpr std::size_t max_literals = 1'024;

    PayloadSearch(const Part& part, Extraction& extraction) : part_(part), extraction_(extraction) {}

    // The script and whatever scripts come out of its literals. `words`: of all scripts of the page.
    void search_script(std::string_view script, const ScriptWords& words);
    // A value or a text that a script of the page may take as data.
    void search_text(std::string_view text, const ScriptWords& words);
    // A "data:" URL (RFC 2397) that something of the page refers to.
    void open_data_url(std::string_view url);
    // The name that the page gives its file, where a tag says it.
    void set_name(std::string_view name) { name_ = std::string(name.substr(0, 255)); }
    // Text that is a page by itself: the srcdoc of a frame.
    void add_page(std::string_view text);
    // Scripts that came out of literals, until there are none.
    void finish();

private:
    enum class Outcome : std::uint8_t { settled, unknown };

    bool may_try(std::size_t bytes);
    void search_runs(std::string_view script, const ScriptWords& words);
    void try_source(const PayloadSource& source, const ScriptWords& words, bool within);
    Outcome try_recipe(const PayloadSource& source, PayloadRecipe& recipe, const ScriptWords& words);
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
    std::vector<std::uint8_t> keys_;    // constants that scripts put behind '^'
    std::vector<std::string> scripts_;  // that came out of literals and wait
    std::size_t queued_ = 0;
    std::size_t children_ = 0;
    std::size_t blobs_ = 0;
    std::size_t literals_ = 0;
};

}  // namespace sekisho::scanner::active

// What is known of a VBA source before anything is folded.
#include <utility>

#include "scanner/fold/vba.h"

namespace sekisho::scanner::fold::vba {

namespace {

// Functions that make characters out of something else: what uses none of them decodes nothing.
bool makes_text(std::uint32_t id) {
    return id == w_chr || id == w_chrw || id == w_chrb || id == w_mid || id == w_strreverse ||
           id == w_replace || id == w_split || id == w_join;
}

}  // namespace

VbaParser::VbaParser(std::string_view source, std::vector<Token> tokens, std::size_t names,
                     const FoldLimits& limits, Allowance& allowance, Output& output)
    : Parser(source, std::move(tokens), names, limits, allowance, output), procedure_of_(names, none) {
    survey();
}

void VbaParser::mark(std::uint32_t i) {
    if (i < tokens_.size() && tokens_[i].kind == TokenKind::name) {
        tokens_[i].assigns = true;
        if (current_ == none) variables_.at(tokens_[i].id).shared = true;
    }
}

void VbaParser::survey() {
    std::vector<std::uint32_t> blocks;  // loops that are open
    bool start = true;                  // of a statement
    for (std::uint32_t i = 0; i + 1 < tokens_.size(); ++i) {
        const Token& token = tokens_[i];
        if (token.kind == TokenKind::separator) {
            start = true;
            continue;
        }
        if (token.kind != TokenKind::name) {
            start = false;
            continue;
        }
        if (start && tokens_[i + 1].is('=')) mark(i);
        if (current_ != none && makes_text(token.id)) procedures_[procedure_of_[current_]].decodes = true;
        if (is_keyword(token.id)) survey_word(i, blocks);
        start = token.id == w_then || token.id == w_else || token.id == w_let || token.id == w_set;
    }
    for (const std::uint32_t block : blocks)
        tokens_[block].link = static_cast<std::uint32_t>(tokens_.size() - 1);
    std::vector<std::uint32_t> counts(procedure_of_.size(), 0);
    link_assignments(tokens_, counts);
    for (std::uint32_t id = 0; id < counts.size(); ++id)
        variables_.at(id).count = counts[id];
    current_ = none;
}

void VbaParser::survey_word(std::uint32_t i, std::vector<std::uint32_t>& blocks) {
    const std::uint32_t id = tokens_[i].id;
    const bool start = i == 0 || tokens_[i - 1].kind == TokenKind::separator;
    const bool modified = i > 0 && tokens_[i - 1].kind == TokenKind::name && tokens_[i - 1].id >= w_public &&
                          tokens_[i - 1].id <= w_global;
    const Token& after = tokens_[i + 1];
    if (id == w_for && start) {
        const bool each = after.is_name(w_each);
        mark(each ? i + 2 : i + 1);
        blocks.push_back(i);
    } else if ((id == w_do || id == w_while) && start) {
        blocks.push_back(i);
    } else if ((id == w_next || id == w_loop || id == w_wend) && start && !blocks.empty()) {
        tokens_[blocks.back()].link = i;
        blocks.pop_back();
    } else if ((id == w_sub || id == w_function || id == w_property) && (start || modified)) {
        survey_procedure(i);
    } else if (id == w_end && start && current_ != none &&
               (after.is_name(w_sub) || after.is_name(w_function) || after.is_name(w_property))) {
        procedures_[procedure_of_[current_]].end = i;
        current_ = none;
    }
}

void VbaParser::survey_procedure(std::uint32_t i) {
    if (current_ != none) procedures_[procedure_of_[current_]].end = i;
    ++i;
    if (tokens_[i].kind == TokenKind::name && tokens_[i - 1].id == w_property &&
        tokens_[i + 1].kind == TokenKind::name) {
        ++i;  // Property Get x
    }
    if (tokens_[i].kind != TokenKind::name) return;
    current_ = tokens_[i].id;
    Procedure found;
    found.end = static_cast<std::uint32_t>(tokens_.size() - 1);
    ++i;
    if (tokens_[i].is('(')) {
        for (++i; i + 1 < tokens_.size() && !tokens_[i].is(')') && tokens_[i].kind != TokenKind::separator;
             ++i) {
            const Token& token = tokens_[i];
            const bool is_type = tokens_[i - 1].is_name(w_as);
            if (token.kind != TokenKind::name || is_type || token.id == w_as || token.id == w_byref ||
                token.id == w_byval || token.id == w_optional) {
                continue;
            }
            found.parameters.push_back(token.id);
        }
    }
    found.body = i;
    procedure_of_[current_] = static_cast<std::uint32_t>(procedures_.size());
    procedures_.push_back(std::move(found));
}

}  // namespace sekisho::scanner::fold::vba

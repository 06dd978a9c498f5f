// VBA and VBScript, [MS-VBAL]: statements, procedures, loops over constants, functions that decode a literal.
//
// Known weaknesses: a variable handed by reference to a procedure of another module keeps its value; items of
// an array that are assigned one by one are unknown; On Error and GoTo are not
// followed; With blocks and classes are unknown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/parser.h"
#include "scanner/fold/vba_words.h"

namespace sekisho::scanner::fold::vba {

class VbaParser final : public Parser {
public:
    VbaParser(std::string_view source, std::vector<Token> tokens, std::size_t names, const FoldLimits& limits,
              Allowance& allowance, Output& output);

    // The source once more, where something that was found in it stands in front of its definition.
    void run_again();

private:
    struct Procedure {
        std::uint32_t body = 0;  // its first token behind the parameters
        std::uint32_t end = 0;   // the `End` behind it
        std::vector<std::uint32_t> parameters;
        bool decodes = false;  // calls a function that works on characters
    };

    // Before anything is folded: what assigns, where blocks end, which procedures there are.
    void survey();
    void survey_word(std::uint32_t i, std::vector<std::uint32_t>& blocks);
    void survey_procedure(std::uint32_t i);
    void mark(std::uint32_t i);

    void statement() override;
    Binary binary() const override;
    Node operand() override;
    Value apply(Op op, const Value& left, const Value& right) override;
    bool joins(Op op) const override { return op == op_of('&') || op == op_of('+'); }
    std::string quoted(std::string_view text) const override;

    bool keyword(std::uint32_t id);  // false: the statement is none of a keyword
    bool block_keyword(std::uint32_t id);
    void separator();
    void expressions();  // up to the end of the statement
    void skip_statement();
    void declaration();
    void constants();
    void condition();
    void end_of_block();
    void procedure(std::uint32_t word);
    void end_procedure();
    void loop_statement(std::uint32_t word);
    void for_statement();
    void for_each_statement(std::uint32_t keyword_at);
    void assignment();
    void grow(std::uint32_t target);

    // Loops over constants: vba_loops.cpp.
    bool worth_following(std::uint32_t begin, std::uint32_t end);
    void follow_for(std::uint32_t target, std::uint32_t body, std::uint32_t end, const Value& from,
                    const Value& to, const Value& step);
    void follow_each(std::uint32_t target, std::uint32_t body, std::uint32_t end, const Value& list);
    void follow_while(std::uint32_t condition, std::uint32_t body, std::uint32_t end, bool until);
    bool decided(const Value& truth);
    bool skip_alternative();
    std::uint32_t next_alternative(std::uint32_t from);
    void skip_line(bool up_to_else);
    bool turn(std::uint32_t body, std::uint32_t end);
    template <class Turns>
    void follow(std::uint32_t begin, std::uint32_t body, std::uint32_t end, Turns turns);
    Value follow_call(std::uint32_t function, const std::vector<Node>& arguments);

    Node literal();
    Node number();
    Node named();
    Node call_or_index(std::uint32_t id, std::uint32_t begin);
    Node members(const Node& node);

    std::vector<Procedure> procedures_;
    std::vector<std::uint32_t> procedure_of_;  // by name; none where it names none
    std::uint32_t current_ = none;             // the name of the procedure that is read
    std::size_t outer_depth_ = 0;              // of blocks around it
    std::size_t inline_ifs_ = 0;               // If x Then y, without End If: they end with the line
    bool hands_over_ = false;  // arguments to a procedure of the source, which may change them
    std::size_t calls_ = 0;    // that are followed, within each other
};

}  // namespace sekisho::scanner::fold::vba

// JScript and JavaScript, ECMA-262: statements are followed loosely, expressions with care.
//
// Known weaknesses: objects and closures are unknown; names have no block scope; a line end does not end a
// statement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/js_words.h"
#include "scanner/fold/parser.h"

namespace sekisho::scanner::fold::js {

class JsParser final : public Parser {
public:
    JsParser(std::string_view source, std::vector<Token> tokens, const Names& names, const FoldLimits& limits,
             Allowance& allowance, Output& output);

private:
    struct Function {
        std::uint32_t body = 0;  // the opening brace
        std::uint32_t end = 0;   // and the closing one
        std::vector<std::uint32_t> parameters;
        bool decodes = false;  // works on characters
    };
    enum class Block : std::uint8_t { plain, branch, loop, function };

    void survey();
    void survey_function(std::uint32_t i);

    void statement() override;
    Binary binary() const override;
    Node operand() override;
    Value apply(Op op, const Value& left, const Value& right) override;
    bool joins(Op op) const override { return op == Op::plus; }
    std::string quoted(std::string_view text) const override;

    bool keyword(std::uint32_t id);
    void open_block(Block kind);
    void close_block();
    void expressions();
    void declaration();
    void function_head();
    void head(bool is_if);  // if (...) and its like, and what follows it
    void body(Block kind, std::uint32_t begin);
    void give_back();
    bool decided(const Value& condition);
    std::uint32_t body_end() const;

    // Loops over constants: js_loops.cpp.
    struct Loop {
        std::uint32_t condition = 0;
        std::uint32_t step = none;  // of a for
        std::uint32_t body = 0;
        std::uint32_t end = 0;
    };
    void loop_head(std::uint32_t word);
    bool worth_following(const Loop& loop);
    void follow(const Loop& loop);
    bool turns(const Loop& loop);
    Value follow_call(std::uint32_t function, const std::vector<Value>& arguments);

    Node literal();
    Node word();
    Node brackets();
    Node list();
    Node object();
    Node assigned(std::uint32_t target);
    Node grown(std::uint32_t target, Op op);
    Node postfix(Node node, std::uint32_t id);
    Node member(Node node, std::uint32_t& id);
    Node index(Node node, std::uint32_t& id, std::uint32_t variable);
    Node invoke(const Node& self, std::uint32_t id, std::uint32_t variable, std::uint32_t begin);
    Value called(const Node& self, std::uint32_t id, const Arguments& found, std::vector<Value>& values);

    const Names& names_;
    std::vector<Function> functions_;
    std::vector<std::uint32_t> function_of_;  // by name
    std::vector<Block> blocks_;
    Block pending_ = Block::plain;  // of the next brace
    std::uint32_t pending_begin_ = none;
    std::uint32_t pending_function_ = none;
    std::size_t functions_open_ = 0;
    std::size_t calls_ = 0;
    std::size_t call_depth_ = 0;            // of blocks, where the function that is followed begins
    std::vector<std::uint32_t> not_taken_;  // the `else` of conditions that held
    Value answer_;                          // of the function that is followed
    bool answered_ = false;                 // it has come to its return
};

}  // namespace sekisho::scanner::fold::js

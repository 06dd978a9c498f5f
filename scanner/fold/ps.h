// PowerShell: statements are followed loosely, expressions with care.
//
// Known weaknesses: functions, hash tables and objects are unknown; of pipelines only ForEach-Object over
// constants is followed; -replace and -split fold where the pattern is a plain word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/parser.h"
#include "scanner/fold/ps_words.h"

namespace sekisho::scanner::fold::ps {

class PsParser final : public Parser {
public:
    PsParser(std::string_view source, std::vector<Token> tokens, const Names& names, const FoldLimits& limits,
             Allowance& allowance, Output& output);

private:
    enum class Block : std::uint8_t { plain, branch, loop, function };
    // [System.Text.Encoding], [char[]]: the last word is what counts.
    struct Type {
        std::uint32_t word = none;
        bool list = false;
    };

    void survey();

    void statement() override;
    Binary binary() const override;
    Node operand() override;
    Value apply(Op op, const Value& left, const Value& right) override;
    bool joins(Op op) const override { return op == Op::plus; }
    std::string quoted(std::string_view text) const override;

    bool keyword(std::uint32_t id);
    void expressions();
    void open_block();
    void close_block();
    void assignment();
    void foreach_head();
    void for_head();

    template <class Turns>
    void follow(std::uint32_t begin, std::uint32_t body, std::uint32_t end, Turns turns);
    bool worth_following(std::uint32_t begin, std::uint32_t end);
    bool turn(std::uint32_t body, std::uint32_t end);

    Node prefix();
    Node prefixed(Op op, const Node& node, std::uint32_t begin);
    Node pieces(bool commas);  // a, b, c
    Node literal();
    Node known_or_variable();
    Node brackets();
    Node piped(Node node);
    Node typed();
    Node cast(Type type, std::uint32_t begin);
    Node static_member(Type type, std::uint32_t begin);
    Node postfix(Node node);
    Node index(const Node& self);
    Arguments method_arguments();
    bool type(Type& out);

    Value interpolated(std::string_view inner);
    Value static_call(Type type, std::uint32_t member, const std::vector<Value>& values);

    const Names& names_;
    std::vector<Block> blocks_;
    Block pending_ = Block::plain;
    std::uint32_t pending_begin_ = none;
    std::uint32_t parameters_ = none;  // the bracket that opens those of the function that follows
    bool commas_ = true;               // a comma makes a list
};

// Of the same values as the operators and methods of that name.
Value formatted(const Value& format, const Value& list, Allowance& allowance);
Value method(Word name, const Value& self, const std::vector<Value>& values, Allowance& allowance,
             FoldCounts& counts);
Value indexed(const Value& self, const Value& place, Allowance& allowance);
Value replaced_pattern(const Value& self, const Value& what, bool ignore_case, Allowance& allowance,
                       FoldCounts& counts);
Value split_pattern(const Value& self, const Value& what, Allowance& allowance);
Value characters(const Value& self, Allowance& allowance);
// Bytes, as numbers or as a string of them, read as text of an encoding.
Value text_of_bytes(const Value& bytes, std::uint32_t encoding, Allowance& allowance);

}  // namespace sekisho::scanner::fold::ps

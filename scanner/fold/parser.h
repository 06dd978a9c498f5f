// Expressions of all languages: operators by precedence, constant pieces joined, the rest left as it stands.
// What a language adds is behind the virtual functions.
//
// Each token is read once, whatever stands there: a reader that does not understand one gives unknown, and
// the statement goes on behind it. Only loops over constants are read again, each turn charged to the
// allowance.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanner/fold/output.h"
#include "scanner/fold/token.h"
#include "scanner/fold/value.h"
#include "scanner/fold/variables.h"

namespace sekisho::scanner::fold {

// An expression that was read.
struct Node {
    Value value;
    std::uint32_t begin = 0;  // offsets in the source
    std::uint32_t end = 0;
    std::uint32_t pieces = 0;       // strings that it was joined of
    std::uint32_t shorts = 0;       // of them, short ones
    std::uint32_t variable = none;  // it is nothing but this variable
    bool uses_variable = false;     // its value rests on that of a variable
    bool folded = false;            // it does not stand in the source as one literal

    bool known() const { return value.known(); }
};

struct Arguments {
    std::vector<Node> nodes;
    std::uint32_t end = 0;  // offset behind the closing bracket
    bool whole = true;      // nothing was passed over
};

class Parser {
public:
    Parser(std::string_view source, std::vector<Token> tokens, std::size_t names, const FoldLimits& limits,
           Allowance& allowance, Output& output);
    virtual ~Parser() = default;
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    void run();
    // Something was asked for that a later part of the source gives.
    bool missed_constant() const { return variables_.missed_constant(); }

protected:
    struct Binary {
        Op op = Op::none;
        int precedence = 0;  // 0: none
    };

    // Reads one statement, or as much as makes sense; run() sees to it that something is read.
    virtual void statement() = 0;
    // The operator at the current token, if there is one.
    virtual Binary binary() const = 0;
    // A literal, a name with what follows it, brackets, a prefix operator. Unknown without reading anything
    // where no operand begins.
    virtual Node operand() = 0;
    virtual Value apply(Op op, const Value& left, const Value& right) = 0;
    virtual bool joins(Op op) const = 0;  // strings
    // A string as a literal of the language.
    virtual std::string quoted(std::string_view text) const = 0;

    Node expression(int least = 1);
    // Behind an opening bracket, up to the closing one.
    Arguments arguments(char close);
    // Puts a constant in its place. To be called with each node that no larger one takes in.
    void commit(const Node& node);
    void commit(const Arguments& arguments);
    // A variable's value, as a node; unknown where it is not.
    Node variable(std::uint32_t id, std::uint32_t begin, std::uint32_t end);

    const Token& now() const { return tokens_[at_]; }
    const Token& ahead(std::uint32_t n) const {
        return tokens_[n < tokens_.size() - at_ ? at_ + n : tokens_.size() - 1];
    }
    const Token& before() const { return tokens_[at_ > 0 ? at_ - 1 : 0]; }
    std::string_view text_of(const Token& token) const {
        return source_.substr(token.begin, token.end - token.begin);
    }
    bool at_end() const { return now().kind == TokenKind::end; }
    void next() {
        if (!at_end()) ++at_;
    }
    bool eat(char c) {
        if (!now().is(c)) return false;
        next();
        return true;
    }
    Node unknown(std::uint32_t begin) const { return Node{{}, begin, before().end}; }
    Node known(Value value, std::uint32_t begin, bool folded = true) const;
    // What an operator or a cast makes of `node`; where it is unknown, the node is put in its place instead.
    Node made_of(const Node& node, Value value, std::uint32_t begin);
    // The whole number at the current token, decimal or behind 0x.
    Node number_literal();
    // Leaves the blocks that a loop or a call has opened and not closed.
    template <class Blocks>
    void leave_blocks(Blocks& blocks, std::size_t count, std::size_t depth) {
        blocks.resize(std::min(blocks.size(), count));
        while (variables_.depth() > depth)
            variables_.close();
    }
    // Statements up to the token `end`.
    void run_to(std::uint32_t end);
    // What the tokens [begin, end) assign is no longer known.
    void forget_assigned(std::uint32_t begin, std::uint32_t end);
    // An assignment of `node` to the name at the token `target`; puts it in place, unless it is long and
    // rests on variables: that is shown where it is used.
    void assign(std::uint32_t target, const Node& node);
    // Whether a loop is followed, so that nothing is put in place. Gives what it was.
    bool hush(bool quiet);
    bool too_deep();  // and remembers that it was

    std::string_view source_;
    std::vector<Token> tokens_;
    const FoldLimits& limits_;
    Allowance& allowance_;
    Output& output_;
    Variables variables_;
    std::uint32_t at_ = 0;
    std::size_t depth_ = 0;
    bool quiet_ = false;   // a loop is followed: nothing is put in place
    bool unwind_ = false;  // the body of a function begins within an expression: statements go on there

private:
    bool put(const Node& node);
    void merge(Op op, Node& left, Node& tail, Node right);
};

// One level of nesting, for as long as it lives.
class Deeper {
public:
    explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

private:
    std::size_t& depth_;
};

// Whole numbers, as all the languages have them. Unknown where the result is not one.
Value arithmetic(Op op, std::int64_t left, std::int64_t right);

}  // namespace sekisho::scanner::fold

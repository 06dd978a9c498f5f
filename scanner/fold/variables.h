// What variables are known to hold, from one statement to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "scanner/fold/output.h"
#include "scanner/fold/token.h"
#include "scanner/fold/value.h"

namespace sekisho::scanner::fold {

struct Variable {
    Value value;
    std::uint32_t defined = 0;  // token of its last assignment
    std::uint32_t next = none;  // token of its next one
    std::uint32_t count = 0;    // assignments in the whole source
    std::uint32_t offset = 0;   // in the source, of its first piece
    std::uint32_t shown = 0;    // how often a long value was put in place of the name
    bool assigned = false;      // known or not
    bool shared = false;        // outlives the procedure that assigns it
    bool built = false;         // of several pieces
    bool used = false;          // read since it was built
    bool constant = false;      // Const, or what a function without arguments gives
    bool missed = false;        // asked for while it was not known
};

enum class FrameKind : std::uint8_t {
    straight,   // is run: its condition is known to hold
    branch,     // may not be run
    loop,       // may be run again: what it changes was not known when it began
    procedure,  // run at any time, or never
};

// A straight line through the source, with its branches, loops and procedures marked by the parser. Behind
// each of them, what it changed is unknown unless nothing else could be there.
class Variables {
public:
    Variables(const std::vector<Token>& tokens, std::size_t names, std::size_t max_depth,
              Allowance& allowance, Output& output);

    Variable& at(std::uint32_t id) { return variables_[id]; }

    // Null: not known here.
    const Value* read(std::uint32_t id);
    // Takes the value out, to be grown and assigned again.
    Value take(std::uint32_t id);
    // `token`: the name that is assigned. An unknown value is an assignment too.
    void assign(std::uint32_t id, std::uint32_t token, Value value, bool built);
    void forget(std::uint32_t id);

    // `end`: the token behind which a loop is left.
    void open(FrameKind kind, std::uint32_t begin, std::uint32_t end);
    // The alternative of a branch begins: the same as closing it and opening another.
    void close();
    std::size_t depth() const { return frames_.size() + too_deep_; }
    // All of them, and what was built and never used becomes known to the output.
    void close_all();

    // A procedure is followed from a call: what is open around the call does not matter within it.
    std::size_t enter_call(std::uint32_t begin);
    void leave_call(std::size_t entered);
    // What the tokens [begin, end) assign, as it is now, and back again.
    using Saved = std::vector<std::pair<std::uint32_t, Variable>>;
    Saved save(std::uint32_t begin, std::uint32_t end) const;
    void restore(Saved saved);
    bool in_loop() const;
    // A loop is followed: what a branch assigns is unknown behind it, also where nothing else was there.
    void be_strict(bool strict) { strict_ = strict; }
    bool innermost_is_straight() const {
        return too_deep_ == 0 && !frames_.empty() && frames_.back().kind == FrameKind::straight;
    }

    // The next pass over the same source begins; constants stay.
    void restart();
    bool missed_constant() const { return missed_constant_; }
    void make_constant(std::uint32_t id, Value value);

private:
    struct Frame {
        FrameKind kind;
        std::uint32_t begin;
        std::uint32_t end;
        std::size_t log;
    };
    struct Change {
        std::uint32_t id;
        std::uint32_t defined;
        bool assigned;  // before
    };
    void tell(Variable& variable);
    void leave(const Frame& frame);

    const std::vector<Token>& tokens_;
    Allowance& allowance_;
    Output& output_;
    std::size_t max_depth_;
    std::vector<Variable> variables_;
    std::vector<Frame> frames_;
    std::vector<Change> log_;
    std::size_t too_deep_ = 0;
    std::size_t first_frame_ = 0;  // that counts: see enter_call()
    bool missed_constant_ = false;
    bool strict_ = false;
};

}  // namespace sekisho::scanner::fold

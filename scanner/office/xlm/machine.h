// Follows the macros of a workbook as far as everything is constant, to learn what they would do. Nothing is
// ever run: EXEC, CALL and their like are noted with their arguments.
//
// It knows less than Excel, and goes both ways where it does not know: a branch under an unknown condition is
// looked at, and leaves the way of the main line as it is. Known weaknesses: what depends on the clock, the
// size of a window, a font or the answer of a person stays unknown, and a text that is decoded with it does
// too; arrays are not calculated; COPY and PASTE move nothing.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scanner/office/xlm/book.h"

namespace sekisho::scanner::office::xlm {

// One call that reaches out of the workbook.
struct Command {
    std::string function;  // "EXEC", "CALL", "REGISTER", "FOPEN", "DDE", ...
    std::vector<std::string> arguments;
    bool known = true;  // no argument has an unknown part
    Place at;
};

struct Trace {
    std::vector<Command> commands;     // in the order in which they were met, each once
    std::vector<std::string> written;  // "Macro1!A5: =EXEC(...)": formulas that a macro wrote, each once
    std::string
        undecoded;     // the first formula written to a macro sheet that is put together of what is unknown
    bool cut = false;  // a limit was reached: there is more
};

class Machine {
public:
    // `book` and `budget` outlive it; cells and names of the book change as macros write to them.
    Machine(Book& book, Budget& budget);

    // From one cell on, and from whatever that starts.
    void start(const Place& at);
    // Then every formula of the macro sheets that was not met yet.
    void start_rest();
    const Trace& trace() const { return trace_; }
    // Where a name's formula points to; nullopt where it does not.
    std::optional<Area> target_of(const Name& name);

    static constexpr std::uint64_t max_steps = 1'000'000;
    static constexpr int max_calls = 24;
    static constexpr int max_depth = 300;     // of formulas within each other
    static constexpr int max_rounds = 5'000;  // of one loop
    static constexpr std::size_t max_commands = 1'000;
    static constexpr std::size_t max_trace_bytes = 1u << 20;

private:
    enum class Flow : std::uint8_t { next, jump, stop, back };
    struct Loop {
        Place begin;
        std::string counter;
        double value = 0;
        double end = 0;
        double step = 1;
        Area cells;  // of FOR.CELL
        bool over_cells = false;
        bool condition = false;  // WHILE
        int rounds = 0;
    };
    using Handler = Value (Machine::*)(const Formula&, const Node&);
    static const std::unordered_map<std::string_view, Handler>& handlers();

    // machine.cpp
    bool tick(std::uint64_t steps);
    void drain();
    Value run(Place at);
    void run_cell(const Place& at);
    std::shared_ptr<const Formula> formula_at(const Place& at);
    const Cell* cell_at(const Place& at) const;
    std::optional<Place> next_formula(const Place& at);
    const Name* name_called(std::string_view lower_case) const;
    Value eval(const Formula& formula, std::uint32_t index);
    Value eval_node(const Formula& formula, const Node& node);
    Value eval_plain(const Formula& formula, const Node& node);
    Value eval_name(const Node& node);
    Value eval_call(const Formula& formula, const Node& node);
    Value call_user(const Formula& formula, const Node& node);
    Value scalar(Value value);
    Value value_at(const Place& at);
    Value argument(const Formula& formula, const Node& node, std::size_t index);  // never a reference
    std::optional<Area> area_argument(const Formula& formula, const Node& node, std::size_t index);
    std::optional<Area> area_of(const Value& value);
    std::string shown(const Formula& formula, const Node& node);

    // machine_flow.cpp
    Value do_if(const Formula& formula, const Node& node);
    Value do_else(const Formula& formula, const Node& node);
    Value do_end_if(const Formula& formula, const Node& node);
    Value do_goto(const Formula& formula, const Node& node);
    Value do_stop(const Formula& formula, const Node& node);
    Value do_return(const Formula& formula, const Node& node);
    Value do_run(const Formula& formula, const Node& node);
    Value do_later(const Formula& formula, const Node& node);
    Value do_error(const Formula& formula, const Node& node);
    Value do_for(const Formula& formula, const Node& node);
    Value do_for_cell(const Formula& formula, const Node& node);
    Value do_while(const Formula& formula, const Node& node);
    Value do_next(const Formula& formula, const Node& node);
    Value do_break(const Formula& formula, const Node& node);
    bool begin_loop(Loop loop, bool enters);
    void leave_loop();
    bool advance(Loop& loop);
    void jump(const Place& to);
    void leave(Flow flow);
    void later(const Place& at);
    std::optional<Place> after_matching(std::string_view kind, Place at);
    std::string_view root_of(const Place& at);
    Value begin_block(std::optional<bool> truth);

    // machine_actions.cpp
    Value do_command(const Formula& formula, const Node& node);
    Value do_register(const Formula& formula, const Node& node);
    Value do_formula(const Formula& formula, const Node& node);
    Value do_set_value(const Formula& formula, const Node& node);
    Value do_set_name(const Formula& formula, const Node& node);
    Value do_select(const Formula& formula, const Node& node);
    Value do_active_cell(const Formula& formula, const Node& node);
    Value do_offset(const Formula& formula, const Node& node);
    Value do_indirect(const Formula& formula, const Node& node);
    Value do_index(const Formula& formula, const Node& node);
    Value do_choose(const Formula& formula, const Node& node);
    Value do_evaluate(const Formula& formula, const Node& node);
    Value do_get_formula(const Formula& formula, const Node& node);
    Value do_sum(const Formula& formula, const Node& node);
    Value do_size(const Formula& formula, const Node& node);
    void note(Command command);
    void write(const Place& at, const Value& value, bool as_formula);
    void note_undecoded(const Formula& formula, const Node& node, const Place& to);
    void set_name(std::string_view name, Value value);

    Book& book_;
    Budget& budget_;
    Trace trace_;
    Place here_{0, 0, 0};  // the cell that is being run
    Place active_{0, 0, 0};
    Flow flow_ = Flow::next;
    Place target_;
    Value returned_;
    int doubt_ = 0;  // within a branch whose condition is not known
    int calls_ = 0;
    int depth_ = 0;
    int names_within_ = 0;
    std::uint64_t steps_ = 0;
    std::size_t trace_bytes_ = 0;
    std::vector<Loop> loops_;
    std::vector<bool> blocks_;  // IF without branches that are open: whether one of them ran for sure
    bool at_else_if_ = false;   // the cell that is next is to be looked at as the IF before it
    std::map<Place, std::shared_ptr<const Formula>> formulas_;
    std::unordered_map<std::string, std::size_t> book_names_;  // by lower-case name: index into book_.names
    std::unordered_map<std::string, Value> names_;             // what macros gave a value, the same way
    std::unordered_map<std::string, std::string>
        registered_;                        // name that REGISTER gave: module and procedure
    std::unordered_set<std::string> seen_;  // what the trace holds
    std::deque<Place> waiting_;
    std::set<Place> started_;
    std::set<Place> met_;
    // Branches that were not taken: looked at in the end, in case the condition was judged wrongly.
    struct Branch {
        std::shared_ptr<const Formula> formula;
        std::uint32_t node = 0;
        Place at;
    };
    std::deque<Branch> branches_;
    std::shared_ptr<const Formula> running_;  // the formula of here_
};

}  // namespace sekisho::scanner::office::xlm

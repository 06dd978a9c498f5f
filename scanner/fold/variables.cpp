#include "scanner/fold/variables.h"

#include <algorithm>
#include <utility>

namespace sekisho::scanner::fold {

Variables::Variables(const std::vector<Token>& tokens, std::size_t names, std::size_t max_depth,
                     Allowance& allowance, Output& output)
    : tokens_(tokens), allowance_(allowance), output_(output), max_depth_(max_depth), variables_(names) {}

const Value* Variables::read(std::uint32_t id) {
    Variable& variable = variables_[id];
    if (!variable.value.known()) {
        variable.missed = true;
        return nullptr;
    }
    if (variable.constant) return &variable.value;
    if (too_deep_ > 0) return nullptr;
    for (std::size_t i = first_frame_; i < frames_.size(); ++i) {
        const Frame& frame = frames_[i];
        if (frame.kind <= FrameKind::branch || frame.begin <= variable.defined) continue;
        // The outermost loop that began behind the definition ends last. Another turn, or another call, may
        // find what a later assignment left.
        if (variable.next != none && variable.next < frame.end) return nullptr;
        break;
    }
    variable.used = true;
    return &variable.value;
}

Value Variables::take(std::uint32_t id) {
    const Value* value = read(id);
    if (value == nullptr || variables_[id].constant) return {};
    return std::exchange(variables_[id].value, Value());
}

void Variables::tell(Variable& variable) {
    if (variable.built && !variable.used && variable.value.is_string())
        output_.recover(variable.value.text(), variable.offset);
    variable.built = false;
}

void Variables::assign(std::uint32_t id, std::uint32_t token, Value value, bool built) {
    Variable& variable = variables_[id];
    if (variable.constant) return;
    if (!built) tell(variable);
    if (!frames_.empty()) log_.push_back({id, variable.defined, variable.assigned});
    if (!built || !variable.built) variable.offset = tokens_[token].begin;
    variable.value = std::move(value);
    variable.defined = token;
    variable.next = tokens_[token].link;
    variable.assigned = true;
    variable.built = built;
    variable.used = false;
    variable.shown = 0;
}

void Variables::forget(std::uint32_t id) {
    Variable& variable = variables_[id];
    if (variable.constant) return;
    tell(variable);
    if (!frames_.empty()) log_.push_back({id, variable.defined, variable.assigned});
    variable.value = {};
    variable.assigned = true;
}

void Variables::open(FrameKind kind, std::uint32_t begin, std::uint32_t end) {
    if (frames_.size() == max_depth_) {
        ++too_deep_;
        allowance_.reach_limit();
        return;
    }
    frames_.push_back({kind, begin, end, log_.size()});
}

void Variables::leave(const Frame& frame) {
    if (frame.kind == FrameKind::straight) return;
    for (std::size_t i = frame.log; i < log_.size(); ++i) {
        const Change& change = log_[i];
        Variable& variable = variables_[change.id];
        if (variable.constant) continue;
        const bool changed = strict_ || (change.assigned && change.defined < frame.begin);
        if (frame.kind == FrameKind::procedure) {
            if (variable.shared && variable.count == 1) continue;
            tell(variable);
            variable.value = {};
            variable.assigned = variable.shared;
        } else if (changed && (strict_ || variable.defined >= frame.begin)) {
            tell(variable);
            variable.value = {};
        }
    }
    if (frames_.empty() || frame.kind == FrameKind::procedure) log_.resize(frame.log);
}

void Variables::close() {
    if (too_deep_ > 0) {
        --too_deep_;
        return;
    }
    if (frames_.empty()) return;
    const Frame frame = frames_.back();
    frames_.pop_back();
    leave(frame);
}

void Variables::close_all() {
    too_deep_ = 0;
    first_frame_ = 0;
    while (!frames_.empty())
        close();
    for (Variable& variable : variables_)
        tell(variable);
}

void Variables::make_constant(std::uint32_t id, Value value) {
    Variable& variable = variables_[id];
    if (variable.constant) return;
    missed_constant_ = missed_constant_ || variable.missed;
    variable.value = std::move(value);
    variable.constant = true;
}

std::size_t Variables::enter_call(std::uint32_t begin) {
    const std::size_t entered = std::exchange(first_frame_, frames_.size());
    open(FrameKind::procedure, begin, none);
    return entered;
}

void Variables::leave_call(std::size_t entered) {
    while (frames_.size() > first_frame_)
        close();
    first_frame_ = entered;
}

Variables::Saved Variables::save(std::uint32_t begin, std::uint32_t end) const {
    Saved saved;
    for (std::uint32_t i = begin; i < end; ++i)
        if (tokens_[i].assigns) saved.emplace_back(tokens_[i].id, variables_[tokens_[i].id]);
    return saved;
}

void Variables::restore(Saved saved) {
    // What is assigned twice was saved twice, and the copies are the same until one is moved from.
    for (std::size_t i = saved.size(); i-- > 0;)
        variables_[saved[i].first] = std::move(saved[i].second);
}

bool Variables::in_loop() const {
    return std::any_of(frames_.begin() + static_cast<std::ptrdiff_t>(first_frame_), frames_.end(),
                       [](const Frame& frame) { return frame.kind == FrameKind::loop; });
}

void Variables::restart() {
    first_frame_ = 0;
    frames_.clear();
    log_.clear();
    too_deep_ = 0;
    missed_constant_ = false;
    for (Variable& variable : variables_) {
        Variable fresh;
        fresh.count = variable.count;
        fresh.shared = variable.shared;
        if (variable.constant) {
            fresh.value = std::move(variable.value);
            fresh.constant = true;
        }
        variable = std::move(fresh);
    }
}

}  // namespace sekisho::scanner::fold

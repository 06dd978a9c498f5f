// The spool folder of orders (model/action_order.h), as the program sees it that carries them out. Whoever
// may write there may be captured: names, kinds of file, sizes and texts are all taken for hostile.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "model/action_order.h"

namespace sekisho::cli {

// A resource: holds the folder open, and locked against a second program. Not thread-safe.
class ActionFolder {
public:
    static constexpr std::size_t max_listed = 20'000;
    static constexpr std::size_t max_failed = 1'000;  // the oldest beyond go

    // Makes `failed` where it is missing. Cause::unavailable where another program carries out its orders.
    static base::Result<ActionFolder> open(const std::string& path);

    struct Listing {
        std::vector<model::OrderName> orders;  // sorted
        std::vector<std::string> strangers;    // other names that end in ".json", which no order has
    };
    base::Result<Listing> list() const;
    // Cause::malformed and Cause::limit for what is no order; nothing but a plain file is read.
    // Cause::unavailable where somebody took it away.
    base::Result<model::ActionOrder> read(const model::OrderName& name) const;
    // Before a run: it is counted, whatever becomes of us.
    base::Result<model::OrderName> count_attempt(const model::OrderName& name) const;
    base::Result<void> remove(const model::OrderName& name) const;
    // Into `failed`, without its count, so that it begins anew when it is moved back.
    base::Result<void> set_aside(const model::OrderName& name) const;
    base::Result<void> set_aside_stranger(const std::string& name) const;

private:
    ActionFolder(base::UniqueFd folder, base::UniqueFd failed, std::string path)
        : folder_(std::move(folder)), failed_(std::move(failed)), path_(std::move(path)) {}
    base::Result<void> move_away(const std::string& name, const std::string& to) const;

    base::UniqueFd folder_;
    base::UniqueFd failed_;
    std::string path_;
};

}  // namespace sekisho::cli

// The spool folder, as the gate sees it: it adds orders and never reads one.
//
// The folder is made by tmpfiles.d (systemd/sekisho.tmpfiles): the gate's, setgid, writable by the group of
// the user that carries orders out, who takes them away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/action_order.h"

namespace sekisho::daemon {

// Not thread-safe. A resource without anything open: the folder may come and go.
class OrderSpool {
public:
    // The order as a file of mode 0640, under a name of ours: written, fsync'ed, renamed, and the folder
    // fsync'ed. Durable when it returns. Cause::limit where `most` wait already or the disk is full,
    // Cause::invalid for an account that no order can name and for a folder that anybody may write to;
    // nothing is left behind.
    base::Result<void> write(const std::string& folder, const model::ActionOrder& order, std::size_t most);
    // What a gate that was killed had begun.
    static void remove_stale(const std::string& folder);
    // Orders in the folder; 0 where it cannot be read.
    static std::size_t waiting(const std::string& folder);

private:
    std::uint64_t last_ = 0;  // number
};

// A whole file put in place of another in one step, durable when it returns. Cause::limit where the disk is
// full.
base::Result<void> replace_file(const std::string& folder, const std::string& name, std::string_view text,
                                unsigned mode);

}  // namespace sekisho::daemon

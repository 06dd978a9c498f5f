#include "scanner/office/access_storage.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "scanner/office/cfb_write.h"

namespace sekisho::scanner::office {

void AccessStorage::link() {
    std::map<std::uint32_t, std::size_t> by_id;
    for (std::size_t i = 0; i < items_.size(); ++i)
        by_id.emplace(items_[i].id, i);
    below_.assign(items_.size(), {});
    std::vector<std::size_t> roots;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        const auto above = by_id.find(items_[i].parent);
        if (above == by_id.end() || above->second == i) {
            roots.push_back(i);
            continue;
        }
        items_[i].above = above->second;
        below_[above->second].push_back(i);
    }
    // Downwards from the roots: what loops is never reached.
    for (std::size_t at = 0; at < roots.size(); ++at) {
        const Item& item = items_[roots[at]];
        const bool scripts = item.macro || base::equals_ignoring_case(item.name, "Scripts");
        for (const std::size_t child : below_[roots[at]]) {
            items_[child].macro = scripts;
            roots.push_back(child);
        }
    }
}

std::vector<std::size_t> AccessStorage::projects() const {
    std::set<std::size_t> out;
    for (const Item& item : items_) {
        const bool marks = base::equals_ignoring_case(item.name, "dir") ||
                           base::equals_ignoring_case(item.name, "_VBA_PROJECT");
        if (!marks || item.value.bytes.empty() || item.above == none) continue;
        const std::size_t around = items_[item.above].above;
        out.insert(around == none ? item.above : around);
    }
    return {out.begin(), out.end()};
}

bool AccessStorage::write(std::size_t project, Output& output) {
    std::vector<std::size_t> order{project};
    std::vector<CompoundNode> nodes(1);
    nodes.front().name = cfb_name("Root Entry");
    for (std::size_t at = 0; at < order.size(); ++at) {
        if (items_[order[at]].taken) continue;  // a loop, or a project within a project
        items_[order[at]].taken = true;
        std::uint32_t before = CompoundNode::none;
        for (const std::size_t child : below_[order[at]]) {
            const auto number = static_cast<std::uint32_t>(nodes.size());
            (before == CompoundNode::none ? nodes[at].child : nodes[before].next) = number;
            before = number;
            const Item& item = items_[child];
            CompoundNode node;
            node.name = cfb_name(item.name);
            node.stream = item.stream || !item.value.bytes.empty();
            if (node.stream) node.bytes = item.value.bytes;
            nodes.push_back(std::move(node));
            order.push_back(child);
        }
    }
    return write_compound(nodes, output);
}

}  // namespace sekisho::scanner::office

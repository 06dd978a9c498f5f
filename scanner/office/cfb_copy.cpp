#include "scanner/office/cfb_copy.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/text.h"
#include "scanner/office/cfb_write.h"

namespace sekisho::scanner::office {

namespace {

// An entry of the new directory, and where it comes from.
struct Node {
    std::uint32_t entry = 0;  // of the old file
    StoragePtr storage;       // keeps the bytes of `out` alive
    CompoundNode out;
};

Node node_of(const Cfb& cfb, std::uint32_t entry, std::string_view name) {
    Node out{.entry = entry, .storage = nullptr, .out = {}};
    out.out.name = cfb_name(name);
    out.out.stream = cfb.entries()[entry].kind == CfbEntry::Kind::stream;
    out.out.clsid = cfb.entries()[entry].clsid;
    return out;
}

// Shorter names come first, then capitals decide ([MS-CFB] 2.6.4).
bool comes_before(const CfbEntry& a, const CfbEntry& b) {
    if (a.name.size() != b.name.size()) return a.name.size() < b.name.size();
    return base::to_lower(a.name) < base::to_lower(b.name);
}

}  // namespace

StorageCopier::StorageCopier(Cfb& cfb) : cfb_(cfb) {
    const auto entries = cfb.entries();
    children_.resize(entries.size());
    copied_.resize(entries.size());
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
        if (entries[i].parent < entries.size()) children_[entries[i].parent].push_back(i);
    }
}

StorageCopier::Copied StorageCopier::copy(std::uint32_t storage, Budget& budget, Output& output) {
    Copied out;
    std::vector<Node> nodes;
    nodes.push_back(node_of(cfb_, storage, "Root Entry"));
    // Nodes are worked through in the order in which they are found, so children follow their parents.
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const std::uint32_t entry = nodes[at].entry;
        if (copied_[entry]) continue;
        copied_[entry] = true;
        if (cfb_.entries()[entry].kind == CfbEntry::Kind::stream) {
            CfbStream stream = cfb_.read(entry, budget);
            out.truncated = out.truncated || stream.truncated;
            nodes[at].out.bytes = stream.bytes;
            nodes[at].storage = std::move(stream.storage);
            continue;
        }
        std::vector<std::uint32_t>& children = children_[entry];
        std::ranges::sort(children, [&](std::uint32_t a, std::uint32_t b) {
            return comes_before(cfb_.entries()[a], cfb_.entries()[b]);
        });
        std::uint32_t* link = &nodes[at].out.child;
        std::vector<Node> found;
        found.reserve(children.size());
        for (const std::uint32_t child : children) {
            *link = static_cast<std::uint32_t>(nodes.size() + found.size());
            found.push_back(node_of(cfb_, child, cfb_.entries()[child].name));
            link = &found.back().out.next;
        }
        nodes.insert(nodes.end(), std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
    }
    std::vector<CompoundNode> written;
    for (Node& node : nodes)
        written.push_back(std::move(node.out));
    out.whole = write_compound(written, output);
    for (const Node& node : nodes)
        copied_[node.entry] = out.whole;
    return out;
}

}  // namespace sekisho::scanner::office

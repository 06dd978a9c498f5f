#include "scanner/containers/blake2sp.h"

#include <algorithm>
#include <bit>

namespace sekisho::scanner::containers {

namespace {

constexpr std::size_t block = 64;
constexpr std::uint32_t digest_bytes = 32;
constexpr std::uint32_t fan_out = 8;
constexpr std::uint32_t tree_depth = 2;

constexpr std::array<std::uint32_t, 8> initial{0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                               0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

// RFC 7693 section 2.7.
constexpr std::array<std::array<std::uint8_t, 16>, 10> schedule{{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
}};

// Which words of the working vector each of the eight mixings of a round takes: columns, then diagonals.
constexpr std::array<std::array<std::uint8_t, 4>, 8> lanes{{{0, 4, 8, 12},
                                                            {1, 5, 9, 13},
                                                            {2, 6, 10, 14},
                                                            {3, 7, 11, 15},
                                                            {0, 5, 10, 15},
                                                            {1, 6, 11, 12},
                                                            {2, 7, 8, 13},
                                                            {3, 4, 9, 14}}};

using Vector = std::array<std::uint32_t, 16>;

void mix(Vector& v, const std::array<std::uint8_t, 4>& lane, std::uint32_t x, std::uint32_t y) {
    std::uint32_t& a = v.at(lane[0]);
    std::uint32_t& b = v.at(lane[1]);
    std::uint32_t& c = v.at(lane[2]);
    std::uint32_t& d = v.at(lane[3]);
    a += b + x;
    d = std::rotr(d ^ a, 16);
    c += d;
    b = std::rotr(b ^ c, 12);
    a += b + y;
    d = std::rotr(d ^ a, 8);
    c += d;
    b = std::rotr(b ^ c, 7);
}

template <std::size_t... index>
std::array<Blake2sNode, sizeof...(index)> make_leaves(std::index_sequence<index...>) {
    return {Blake2sNode(static_cast<std::uint32_t>(index), 0, index + 1 == sizeof...(index))...};
}

}  // namespace

Blake2sNode::Blake2sNode(std::uint32_t node_offset, std::uint32_t node_depth, bool last_of_its_depth)
    : state_(initial), last_node_(last_of_its_depth) {
    state_[0] ^= digest_bytes | fan_out << 16 | tree_depth << 24;
    state_[2] ^= node_offset;
    state_[3] ^= node_depth << 16 | digest_bytes << 24;
}

void Blake2sNode::compress(bool last) {
    Vector words{};
    for (std::size_t i = 0; i < block; ++i)
        words.at(i / 4) |= static_cast<std::uint32_t>(buffer_.at(i)) << (8 * (i % 4));
    Vector v{};
    std::ranges::copy(state_, v.begin());
    std::ranges::copy(initial, v.begin() + 8);
    v[12] ^= static_cast<std::uint32_t>(hashed_);
    v[13] ^= static_cast<std::uint32_t>(hashed_ >> 32);
    if (last) v[14] = ~v[14];
    if (last && last_node_) v[15] = ~v[15];
    for (const auto& order : schedule) {
        for (std::size_t i = 0; i < lanes.size(); ++i)
            mix(v, lanes.at(i), words.at(order.at(2 * i)), words.at(order.at(2 * i + 1)));
    }
    for (std::size_t i = 0; i < state_.size(); ++i)
        state_.at(i) ^= v.at(i) ^ v.at(i + 8);
}

void Blake2sNode::update(base::Bytes bytes) {
    while (!bytes.empty()) {
        if (filled_ == block) {
            hashed_ += block;
            compress(false);
            filled_ = 0;
        }
        const base::Bytes piece = base::head(bytes, block - filled_);
        for (const std::byte byte : piece)
            buffer_.at(filled_++) = std::to_integer<std::uint8_t>(byte);
        bytes = bytes.subspan(piece.size());
    }
}

std::string Blake2sNode::finish() {
    hashed_ += filled_;
    for (; filled_ < block; ++filled_)
        buffer_.at(filled_) = 0;
    compress(true);
    std::string out;
    for (std::size_t i = 0; i < digest_bytes; ++i)
        out.push_back(static_cast<char>(state_.at(i / 4) >> (8 * (i % 4))));
    return out;
}

Blake2sp::Blake2sp() : leaves_(make_leaves(std::make_index_sequence<leaf_count>())) {}

// Blocks go to the leaves in turn.
void Blake2sp::update(base::Bytes bytes) {
    while (!bytes.empty()) {
        const base::Bytes piece = base::head(bytes, block - position_ % block);
        leaves_.at(position_ / block % leaf_count).update(piece);
        position_ += piece.size();
        bytes = bytes.subspan(piece.size());
    }
}

std::string Blake2sp::finish() {
    Blake2sNode root(0, 1, true);
    for (Blake2sNode& leaf : leaves_)
        root.update(base::as_bytes(leaf.finish()));
    return root.finish();
}

}  // namespace sekisho::scanner::containers

#include "outbound/transaction.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "outbound/coding.h"

namespace sekisho::outbound {

namespace {

constexpr std::uint8_t version = 1;

// Bits of the third byte.
constexpr std::uint8_t has_literal = 1;
constexpr std::uint8_t has_novelty = 2;
constexpr std::uint8_t new_network = 4;
constexpr std::uint8_t new_region = 8;
constexpr std::uint8_t new_from = 16;

constexpr std::array texts{&Transaction::account, &Transaction::client, &Transaction::sender,
                           &Transaction::from_address};
constexpr std::array counts{&Transaction::rejected, &Transaction::deferred};

std::uint8_t bits_of(const Transaction& transaction) {
    int out = transaction.helo_literal ? has_literal : 0;
    if (const auto& novelty = transaction.novelty) {
        out |= has_novelty | (novelty->network ? new_network : 0) | (novelty->region ? new_region : 0) |
               (novelty->from ? new_from : 0);
    }
    return static_cast<std::uint8_t>(out);
}

base::Result<std::uint8_t> enumerator(base::Cursor& in) {
    const std::uint8_t value = SEKISHO_TRY(in.u8());
    if (value > 2) return base::fail(base::Cause::malformed, "no such word");
    return value;
}

base::Result<Transaction> decode_body(base::Cursor& in) {
    Transaction out;
    out.at = SEKISHO_TRY(in.u32_le());
    out.harm = static_cast<Harm>(SEKISHO_TRY(enumerator(in)));
    out.outcome = static_cast<Outcome>(SEKISHO_TRY(enumerator(in)));
    const std::uint8_t bits = SEKISHO_TRY(in.u8());
    out.helo_literal = (bits & has_literal) != 0;
    if ((bits & has_novelty) != 0) {
        const std::uint64_t fresh = SEKISHO_TRY(varint_up_to(in, Transaction::max_recipients));
        out.novelty = Novelty{.fresh = static_cast<std::uint32_t>(fresh),
                              .network = (bits & new_network) != 0,
                              .region = (bits & new_region) != 0,
                              .from = (bits & new_from) != 0};
    }
    for (const auto text : texts)
        out.*text = SEKISHO_TRY(text_up_to(in, Transaction::max_text));
    out.from_name = SEKISHO_TRY(in.u64_le());
    out.helo = SEKISHO_TRY(in.u64_le());
    for (const auto count : counts)
        out.*count = static_cast<std::uint32_t>(SEKISHO_TRY(varint_up_to(in, UINT32_MAX)));
    const std::uint64_t recipients = SEKISHO_TRY(varint_up_to(in, Transaction::max_recipients));
    for (std::uint64_t i = 0; i < recipients; ++i) {
        const std::uint64_t address = SEKISHO_TRY(in.u64_le());
        out.recipients.push_back({address, SEKISHO_TRY(in.u32_le())});
    }
    const std::uint64_t contents = SEKISHO_TRY(varint_up_to(in, Transaction::max_contents));
    for (std::uint64_t i = 0; i < contents; ++i)
        out.contents.push_back(SEKISHO_TRY(in.u64_le()));
    if (in.at_end()) return out;
    out.group = SEKISHO_TRY(text_up_to(in, Transaction::max_text));
    if (out.group.empty()) return base::fail(base::Cause::malformed, "a group without a name");
    return out;
}

}  // namespace

std::string encode(const Transaction& transaction) {
    std::string out;
    encode(transaction, out);
    return out;
}

void encode(const Transaction& transaction, std::string& out) {
    out.reserve(out.size() + 200 + 12 * transaction.recipients.size() + 8 * transaction.contents.size());
    put_le(out, version, transaction.at, static_cast<std::uint8_t>(transaction.harm),
           static_cast<std::uint8_t>(transaction.outcome), bits_of(transaction));
    if (transaction.novelty)
        put_varint(out, std::min<std::size_t>(transaction.novelty->fresh, Transaction::max_recipients));
    for (const auto text : texts)
        put_text(out, std::string_view(transaction.*text).substr(0, Transaction::max_text));
    put_le(out, transaction.from_name, transaction.helo);
    for (const auto count : counts)
        put_varint(out, transaction.*count);
    const std::size_t recipients = std::min(transaction.recipients.size(), Transaction::max_recipients);
    put_varint(out, recipients);
    for (std::size_t i = 0; i < recipients; ++i)
        put_le(out, transaction.recipients[i].address, transaction.recipients[i].domain);
    const std::size_t contents = std::min(transaction.contents.size(), Transaction::max_contents);
    put_varint(out, contents);
    for (std::size_t i = 0; i < contents; ++i)
        put_u64(out, transaction.contents[i]);
    if (!transaction.group.empty())
        put_text(out, std::string_view(transaction.group).substr(0, Transaction::max_text));
}

base::Result<Transaction> decode_transaction(base::Bytes bytes) {
    base::Cursor in(bytes);
    if (SEKISHO_TRY(in.u8()) != version) return base::fail(base::Cause::unsupported, "another version");
    Transaction out = SEKISHO_TRY(decode_body(in));
    if (!in.at_end()) return base::fail(base::Cause::malformed, "bytes behind a transaction");
    return out;
}

}  // namespace sekisho::outbound

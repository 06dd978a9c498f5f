#include "quarantine/password_book.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/cursor.h"
#include "base/domain.h"
#include "base/log.h"
#include "config/installation.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

constexpr std::size_t max_note = 100;  // bytes of label and place
constexpr std::size_t block = 64;      // of a sealed row's size

void add_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out += static_cast<char>((value >> shift) & 0xFFU);
}

// The fields with their sizes, so that no two lists of fields make the same text. `kind` keeps apart what
// must not be the same name.
std::string canonical(std::string_view kind, std::string_view first, std::string_view second = {}) {
    std::string out;
    out.reserve(12 + kind.size() + first.size() + second.size());  // never grows: see Secret
    for (const std::string_view field : {kind, first, second}) {
        add_big_endian(out, field.size(), 4);
        out += field;
    }
    return out;
}

// The best, each text once, of those that may be kept.
std::vector<Password> best_of(std::span<const Password> passwords) {
    std::vector<Password> out;
    for (const Password& password : passwords) {
        const std::size_t size = password.text.view().size();
        if (size > 0 && size <= PasswordBook::max_text) out.push_back(password);
    }
    std::ranges::stable_sort(out, {}, &Password::rank);
    std::set<std::string_view> seen;
    std::vector<Password> best;
    for (const Password& password : out) {
        if (best.size() == PasswordBook::limits.per_name) break;
        if (seen.insert(password.text.view()).second) best.push_back(password);
    }
    return best;
}

}  // namespace

// A name, and the organisation whose limit it counts for.
struct PasswordBook::Names {
    struct Name {
        std::string bytes;
        std::string source;
    };
    std::string owner;
    std::vector<Name> pairs;
    std::vector<Name> domains;
};

Secret packed(const Password& password) {
    const std::string_view text = password.text.view();
    const std::string_view label = std::string_view(password.label).substr(0, max_note);
    const std::string_view place = std::string_view(password.place).substr(0, max_note);
    std::string out;
    out.reserve(block *
                ((8 + PasswordBook::max_text + 2 * max_note) / block + 1));  // never grows: see Secret
    add_big_endian(out, password.rank, 4);
    add_big_endian(out, text.size(), 2);
    add_big_endian(out, label.size(), 1);
    add_big_endian(out, place.size(), 1);
    out += text;
    out += label;
    out += place;
    out.resize((out.size() + block - 1) / block * block);
    Secret secret{std::string_view(out)};
    OPENSSL_cleanse(out.data(), out.size());
    return secret;
}

base::Result<Password> unpacked(std::string_view plain) {
    base::Cursor cursor(base::as_bytes(plain));
    Password out;
    out.rank = SEKISHO_TRY(cursor.u32_be());
    const std::size_t text = SEKISHO_TRY(cursor.u16_be());
    const std::size_t label = SEKISHO_TRY(cursor.u8());
    const std::size_t place = SEKISHO_TRY(cursor.u8());
    if (text == 0 || text > PasswordBook::max_text || label > max_note || place > max_note)
        return base::fail(base::Cause::malformed, "a password of no possible size");
    out.text = Secret(base::as_text(SEKISHO_TRY(cursor.take(text))));
    out.label = base::as_text(SEKISHO_TRY(cursor.take(label)));
    out.place = base::as_text(SEKISHO_TRY(cursor.take(place)));
    const bool padded =
        plain.size() % block == 0 && cursor.left() < block &&
        cursor.rest().end() ==
            std::ranges::find_if(cursor.rest(), [](std::byte b) { return b != std::byte{0}; });
    if (!padded) return base::fail(base::Cause::malformed, "junk behind a password");
    return out;
}

base::Result<std::unique_ptr<PasswordBook>> PasswordBook::open(const config::PasswordSettings& settings,
                                                               base::Bytes key, store::Store& store) {
    // Without the shipped list strangers at gmail.com would count as colleagues.
    std::vector<std::string> lists{config::shipped_public_domains()};
    if (lists.front().empty()) {
        return base::fail(base::Cause::invalid, "public_domains.txt is missing from this installation");
    }
    if (!settings.public_domains.empty()) lists.push_back(settings.public_domains);
    PublicDomains domains = SEKISHO_TRY(PublicDomains::load(lists));
    std::unique_ptr<Seal> seal = SEKISHO_TRY(Seal::create(key));
    std::unique_ptr<PasswordBook> book(
        new PasswordBook(settings.keep, std::move(seal), std::move(domains), store));
    if (auto done = book->expire(system_clock::now()); !done) {
        base::log(base::LogLevel::warning,
                  base::LogLine("passwords").add("not_expired", done.error().message).text());
    }
    return book;
}

PasswordBook::PasswordBook(std::chrono::seconds keep, std::unique_ptr<Seal> seal,
                           PublicDomains public_domains, store::Store& store)
    : keep_(keep), seal_(std::move(seal)), public_domains_(std::move(public_domains)), store_(store) {}

std::vector<PasswordBook::Names> PasswordBook::names_of(const Correspondence& mail) const {
    std::vector<Names> out;
    const Senders senders = senders_of(mail, public_domains_);
    if (senders.addresses.empty()) return out;
    std::vector<Address> recipients = addresses_of(mail.recipients);
    if (recipients.size() > max_recipients) recipients.resize(max_recipients);
    for (const Address& recipient : recipients) {
        Names names{.owner = seal_->name(canonical("recipient", recipient.text)), .pairs = {}, .domains = {}};
        const auto name = [&](std::string_view kind, std::string_view sender, std::string_view domain) {
            return Names::Name{
                .bytes = seal_->name(canonical(kind, sender, recipient.text)),
                .source = seal_->name(canonical("source", base::organisation_of(domain), recipient.text))};
        };
        for (const Address& sender : senders.addresses)
            names.pairs.push_back(name("pair", sender.text, sender.domain));
        for (const std::string& domain : senders.domains)
            names.domains.push_back(name("domain", domain, domain));
        out.push_back(std::move(names));
    }
    return out;
}

// The best password first, which the store keeps longest. The mark says that two rows hold the same text; it
// says so within one name only.
std::vector<store::SealedRow> PasswordBook::rows_of(const Names& names, std::span<const Password> passwords,
                                                    system_clock::time_point now) const {
    std::vector<store::SealedRow> out;
    for (const Password& password : passwords) {
        const Secret plain = packed(password);
        for (const auto& list : {std::cref(names.pairs), std::cref(names.domains)}) {
            for (const Names::Name& name : list.get()) {
                std::string marked = canonical("mark", name.bytes, password.text.view());
                out.push_back({.name = name.bytes,
                               .mark = seal_->name(marked),
                               .owner = names.owner,
                               .source = name.source,
                               .content = seal_->seal(plain.view(), name.bytes),
                               .at = now,
                               .expires = now + keep_});
                OPENSSL_cleanse(marked.data(), marked.size());
            }
        }
    }
    return out;
}

base::Result<void> PasswordBook::remember(const Correspondence& mail, std::span<const Password> passwords,
                                          system_clock::time_point now) {
    if (!on()) return {};
    const std::vector<Password> best = best_of(passwords);
    if (best.empty()) return {};
    std::vector<store::SealedRow> rows;
    for (const Names& names : names_of(mail)) {
        std::vector<store::SealedRow> more = rows_of(names, best, now);
        if (rows.size() + more.size() > store::Store::max_sealed_rows)
            SEKISHO_TRY(store_.put_sealed(std::exchange(rows, {}), limits));
        std::ranges::move(more, std::back_inserter(rows));
    }
    if (rows.empty()) return {};
    return store_.put_sealed(std::move(rows), limits);
}

base::Result<void> PasswordBook::gather(std::span<const std::string> names, system_clock::time_point now,
                                        std::vector<Password>& out) const {
    std::vector<store::SealedRow> rows = SEKISHO_TRY(store_.sealed(names, now, limits.per_name));
    // What was written while `keep` was longer.
    std::erase_if(rows, [&](const store::SealedRow& row) { return row.at + keep_ <= now; });
    std::ranges::stable_sort(rows, std::ranges::greater(), &store::SealedRow::at);
    std::int64_t dropped = 0;
    for (const store::SealedRow& row : rows) {
        if (out.size() == max_recalled) break;
        const auto plain = seal_->open(base::as_bytes(row.content), row.name);
        const auto password = plain ? unpacked(plain->view()) : std::unexpected(plain.error());
        if (!password) {
            ++dropped;
        } else if (std::ranges::find(out, password->text, &Password::text) == out.end()) {
            out.push_back(*password);
            out.back().at = row.at;
        }
    }
    if (dropped > 0) {
        base::log(base::LogLevel::warning, base::LogLine("passwords")
                                               .add("dropped_rows", dropped)
                                               .add("why", "changed on disk, or sealed with another key")
                                               .text());
    }
    return {};
}

base::Result<std::vector<Password>> PasswordBook::recall(const Correspondence& mail,
                                                         system_clock::time_point now) {
    std::vector<Password> out;
    if (!on()) return out;
    std::vector<std::string> pairs;
    std::vector<std::string> domains;
    for (const Names& names : names_of(mail)) {
        for (const Names::Name& name : names.pairs)
            pairs.push_back(name.bytes);
        for (const Names::Name& name : names.domains)
            domains.push_back(name.bytes);
    }
    out.reserve(max_recalled);
    SEKISHO_TRY(gather(pairs, now, out));
    SEKISHO_TRY(gather(domains, now, out));
    return out;
}

base::Result<void> PasswordBook::expire(system_clock::time_point now) {
    SEKISHO_TRY(on() ? store_.delete_expired_sealed(now) : store_.delete_all_sealed());
    return {};
}

}  // namespace sekisho::quarantine

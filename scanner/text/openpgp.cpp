#include "scanner/text/openpgp.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"
#include "scanner/text_of.h"

namespace sekisho::scanner::text {

namespace {

using base::Cursor;

constexpr std::string_view armour = "-----BEGIN PGP ";
constexpr std::string_view message_armour = "-----BEGIN PGP MESSAGE";  // ", PART 1/2" may follow
constexpr std::size_t looked_at = 4u << 10;                            // of an armour
constexpr int most_armours = 256;

// Packet types, RFC 9580 section 5.
constexpr unsigned public_key_session = 1;
constexpr unsigned password_session = 3;
constexpr std::array<unsigned, 5> locked_types{public_key_session, password_session, 9, 18, 20};
constexpr unsigned one_pass_signature = 4;
constexpr unsigned compressed = 8;
constexpr std::array<unsigned, 4> wrapped_types{2, one_pass_signature, compressed, 11};

PgpKind kind_of_type(unsigned type) {
    if (std::ranges::find(locked_types, type) != locked_types.end()) return PgpKind::locked;
    return std::ranges::find(wrapped_types, type) != wrapped_types.end() ? PgpKind::wrapped : PgpKind::none;
}

struct Packet {
    unsigned type = 0;
    base::Bytes body;
};

// A whole packet of known length, section 4.2.
base::Result<Packet> take_packet(Cursor& in) {
    const unsigned tag = SEKISHO_TRY(in.u8());
    Packet packet;
    std::uint64_t length = 0;
    if ((tag & 0xC0u) == 0xC0u) {
        packet.type = tag & 0x3Fu;
        length = SEKISHO_TRY(in.u8());
        if (length >= 224 && length < 255) return base::fail(base::Cause::unsupported);  // in pieces
        if (length == 255) {
            length = SEKISHO_TRY(in.u32_be());
        } else if (length >= 192) {
            length = ((length - 192) << 8) + SEKISHO_TRY(in.u8()) + 192;
        }
    } else if ((tag & 0x80u) != 0) {
        packet.type = tag >> 2 & 0x0Fu;
        switch (tag & 3u) {
            case 0:
                length = SEKISHO_TRY(in.u8());
                break;
            case 1:
                length = SEKISHO_TRY(in.u16_be());
                break;
            case 2:
                length = SEKISHO_TRY(in.u32_be());
                break;
            default:
                return base::fail(base::Cause::unsupported);  // to the end
        }
    } else {
        return base::fail(base::Cause::malformed);
    }
    packet.body = SEKISHO_TRY(in.take(length));
    return packet;
}

unsigned type_of_tag(std::uint8_t tag) {
    if ((tag & 0x80u) == 0) return 0;
    return (tag & 0x40u) != 0 ? tag & 0x3Fu : tag >> 2 & 0x0Fu;
}

// A session key in the shape that is in use: version 3 or 6 for a public key, 4 to 6 for a password.
bool is_session_key(const Packet& packet) {
    Cursor in(packet.body);
    const unsigned version = in.u8().value_or(0);
    if (packet.type == public_key_session) {
        constexpr std::size_t least = 1 + 8 + 1 + 2;  // version, key id, algorithm, a number
        return (version == 3 || version == 6) && packet.body.size() >= least;
    }
    return packet.type == password_session && version >= 4 && version <= 6 && packet.body.size() >= 4;
}

// The first four characters of the data behind the lines of the armour's header.
PgpKind kind_of_armour(std::string_view text) {
    text = text.substr(0, looked_at);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = base::trim(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (line.empty() || line.find(':') != line.npos) continue;
        const auto bytes = base::base64_decode(line.substr(0, 4));
        if (!bytes || bytes->empty()) return PgpKind::none;
        return kind_of_type(type_of_tag(static_cast<std::uint8_t>((*bytes)[0])));
    }
    return PgpKind::none;
}

void report(PgpKind kind, PartId part, Findings& findings) {
    if (kind == PgpKind::locked) findings.add("mime.encrypted.unopened", part, "OpenPGP");
    if (kind == PgpKind::wrapped) findings.add("mime.signed.unread", part, "OpenPGP");
}

Confidence recognise_pgp(base::Bytes head, std::string_view /*name*/) {
    return base::as_text(head).starts_with(armour) ? sure_match : no_match;
}
Confidence recognise_binary(base::Bytes head, std::string_view name) {
    return binary_pgp_kind(head, name) == PgpKind::none ? no_match : good_match;
}
void inspect_binary(const Part& part, Findings& findings) {
    report(binary_pgp_kind(part.bytes, part.name), part.id, findings);
}

}  // namespace

PgpKind find_pgp_message(std::string_view text) {
    std::size_t at = 0;
    for (int i = 0; i < most_armours; ++i) {
        at = text.find(message_armour, at);
        if (at == text.npos) return PgpKind::none;
        const bool begins_line = at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r';
        at += message_armour.size();
        const std::size_t end = text.find('\n', at);
        if (!begins_line || end == text.npos) continue;
        const PgpKind kind = kind_of_armour(text.substr(end + 1));
        if (kind != PgpKind::none) return kind;
    }
    return PgpKind::none;
}

PgpKind binary_pgp_kind(base::Bytes bytes, std::string_view name) {
    Cursor in(bytes);
    if (const auto first = take_packet(in); first && is_session_key(*first)) {
        const auto next = in.u8();
        if (next && kind_of_type(type_of_tag(*next)) == PgpKind::locked) return PgpKind::locked;
    }
    const std::string extension = base::extension_of(name);
    if (extension != "gpg" && extension != "pgp") return PgpKind::none;
    const unsigned type = type_of_tag(Cursor(bytes).u8().value_or(0));
    return type == one_pass_signature || type == compressed ? PgpKind::wrapped : PgpKind::none;
}

void inspect_for_pgp(const Part& part, Findings& findings) {
    const std::string_view bytes = base::as_text(part.bytes);
    if (bytes.find(message_armour) == bytes.npos) return;
    PgpKind kind = find_pgp_message(bytes);
    // HTML parts the lines by tags.
    if (kind == PgpKind::none && part.type == "text/html") kind = find_pgp_message(text_of(part));
    report(kind, part.id, findings);
}

const Format pgp_format{
    .name = "pgp",
    .type = "application/pgp",
    .extensions = "asc,pgp,gpg,sig,txt",
    .recognise = recognise_pgp,
    .inspect = inspect_for_pgp,
    .risky = false,
};

const Format pgp_binary_format{
    .name = "pgp-binary",
    .type = "application/pgp-encrypted",
    .extensions = "",
    .recognise = recognise_binary,
    .inspect = inspect_binary,
    .risky = false,
};

}  // namespace sekisho::scanner::text

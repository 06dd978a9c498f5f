#include "scanner/unlock/ooxml_lock.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/cursor.h"
#include "scanner/unlock/ooxml_agile.h"
#include "scanner/unlock/ooxml_standard.h"

namespace sekisho::scanner::unlock {

namespace {

constexpr std::size_t size_field = 8;  // in front of the ciphertext

// A local header, and the upper half of its version, which no ZIP has ever used.
bool begins_as_zip(base::Bytes plain) {
    return base::as_text(plain).starts_with("PK\3\4") && plain.size() > 5 && plain[5] == std::byte{0};
}

}  // namespace

base::Result<std::unique_ptr<OoxmlLock>> OoxmlLock::open(base::Bytes info) {
    base::Cursor at(info);
    const std::uint16_t major = SEKISHO_TRY(at.u16_le());
    const std::uint16_t minor = SEKISHO_TRY(at.u16_le());
    SEKISHO_TRY(at.u32_le());  // flags, which the header repeats
    if (minor == 4 && major == 4) return read_agile_lock(at.rest());
    if (minor == 2 && major >= 2 && major <= 4) return read_standard_lock(at.rest());
    if (minor == 3 && (major == 3 || major == 4))
        return base::fail(base::Cause::unsupported, "extensible encryption, by a program of the writer's");
    return base::fail(base::Cause::unsupported, fmt::format("encryption of version {}.{}", major, minor));
}

Fit OoxmlLock::fit_of(std::string_view password, base::Bytes package) {
    const PackageKey key = derive(password);
    if (!key.verified) {
        if (key.size == 0 || package.size() <= size_field) return Fit::no;
        std::array<std::byte, 64> plain{};
        const std::size_t made =
            decrypt_segment(key, 0, base::head(package.subspan(size_field), plain.size()), plain);
        if (!begins_as_zip(base::Bytes(plain).first(made))) return Fit::no;
    }
    if (!key_ || (key.verified && !key_->verified)) key_ = key;
    return key.verified ? Fit::exact : Fit::plausible;
}

OoxmlLock::Decrypted OoxmlLock::decrypt(base::Bytes package, Budget& budget, Output& output) const {
    Decrypted out;
    base::Cursor at(package);
    const auto stated = at.u64_le();
    if (!key_ || !stated) {
        out.cut = !stated;
        return out;
    }
    out.has_output = true;
    const base::Bytes ciphertext = at.rest();
    out.cut = *stated > ciphertext.size();
    out.overlong = !out.cut && ciphertext.size() - *stated > segment;
    std::uint64_t left = out.overlong ? ciphertext.size() : *stated;
    std::array<std::byte, segment> plain{};
    std::uint32_t number = 0;
    for (base::Bytes rest = ciphertext; !rest.empty() && left > 0; ++number) {
        const base::Bytes piece = base::head(rest, segment);
        const std::size_t made = decrypt_segment(*key_, number, piece, plain);
        const base::Bytes wanted = base::head(base::Bytes(plain).first(made), left);
        if (!output.write(wanted)) return out;
        left -= wanted.size();
        rest = rest.subspan(piece.size());
    }
    if (left > 0 && !out.overlong) out.cut = true;  // ciphertext that ends within a block
    if (budget.spend_steps(package.size())) out.authentic = authentic(*key_, package);
    return out;
}

}  // namespace sekisho::scanner::unlock

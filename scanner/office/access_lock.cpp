#include "scanner/office/access_lock.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scanner/unlock/key_search.h"
#include "scanner/unlock/ooxml_lock.h"
#include "scanner/unlock/rc4_lock.h"

namespace sekisho::scanner::office {

namespace {

using unlock::Fit;

class PageLock {
public:
    PageLock() = default;
    virtual ~PageLock() = default;
    PageLock(const PageLock&) = delete;
    PageLock& operator=(const PageLock&) = delete;

    virtual unlock::Price price() const = 0;
    virtual Fit fit_of(std::string_view password) = 0;
    virtual bool decode(std::uint32_t number, base::Bytes in, std::span<std::byte> out) const = 0;
};

class AgileLock final : public PageLock {
public:
    explicit AgileLock(std::unique_ptr<unlock::OoxmlLock> lock) : lock_(std::move(lock)) {}
    unlock::Price price() const override { return lock_->price(); }
    Fit fit_of(std::string_view password) override { return lock_->fit_of(password, {}); }
    bool decode(std::uint32_t number, base::Bytes in, std::span<std::byte> out) const override {
        return lock_->decrypt_one(number, in, out) == in.size();
    }

private:
    std::unique_ptr<unlock::OoxmlLock> lock_;
};

class Rc4PageLock final : public PageLock {
public:
    explicit Rc4PageLock(unlock::Rc4Lock lock) : lock_(std::move(lock)) {}
    unlock::Price price() const override { return lock_.price(); }
    Fit fit_of(std::string_view password) override { return lock_.fits(password) ? Fit::exact : Fit::no; }
    bool decode(std::uint32_t number, base::Bytes in, std::span<std::byte> out) const override {
        lock_.block(number).apply(in, out);
        return true;
    }

private:
    unlock::Rc4Lock lock_;
};

base::Result<std::unique_ptr<PageLock>> lock_of(base::Bytes info) {
    constexpr std::uint32_t agile = 0x0004'0004;
    if (access_number(info, 0, 4) == agile)
        return std::make_unique<AgileLock>(SEKISHO_TRY(unlock::OoxmlLock::open(info)));
    return std::make_unique<Rc4PageLock>(SEKISHO_TRY(unlock::Rc4Lock::open(info)));
}

void stay_shut(const Part& part, Extraction& extraction, std::string_view why) {
    extraction.findings().add("document.encrypted.unopened", part.id,
                              fmt::format("Access database; {}", why));
    ChildSpec spec;
    spec.label = "encrypted";
    spec.name = part.name;
    spec.opened_by = "office-encrypted";
    spec.flags.set(PartFlag::encrypted);
    (void)extraction.add_skipped(std::move(spec));  // a spent budget shows at the next child
}

}  // namespace

void open_access_lock(const Part& part, const AccessPages& pages, Extraction& extraction) {
    Findings& findings = extraction.findings();
    const auto lock = lock_of(pages.encryption_info());
    if (!lock) return stay_shut(part, extraction, lock.error().message);
    unlock::KeySearch search(extraction.passwords(), extraction.budget(), unlock::PasswordBytes::utf16le);
    const auto key =
        search.find((*lock)->price(), [&](std::string_view password) { return (*lock)->fit_of(password); });
    if (!key) {
        if (search.ran_out()) extraction.budget().reach("limit.passwords");
        if (search.too_dear()) findings.add("document.encrypted.kdf-cost", part.id, "Access database");
        return stay_shut(part, extraction, search.tried());
    }
    findings.add("document.encrypted.unlocked", part.id, key->label);
    const auto decode = [&](std::uint32_t number, base::Bytes in, std::span<std::byte> out) {
        return (*lock)->decode(number, in, out);
    };
    ChildSpec spec;
    spec.label = "decrypted";
    spec.name = part.name;
    spec.opened_by = "office-encrypted";
    spec.flags.set(PartFlag::encrypted);
    spec.flags.set(PartFlag::unlocked);
    spec.unlocked_by = key->label;
    spec.password = key->password;
    if (!pages.decodes(decode)) spec.flags.set(PartFlag::damaged);
    Output output = extraction.new_output();
    if (pages.decode(decode, extraction.budget(), output))
        (void)extraction.add_child(std::move(spec), std::move(output));
}

}  // namespace sekisho::scanner::office

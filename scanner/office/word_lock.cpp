#include "scanner/office/word_lock.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "scanner/office/ole_objects.h"
#include "scanner/unlock/rc4_lock.h"
#include "scanner/unlock/xor_obfuscation.h"

namespace sekisho::scanner::office {

namespace {

using unlock::Fit;

constexpr std::size_t rc4_block = 512;
constexpr std::size_t flags_offset = 0x0A;
constexpr std::size_t key_offset = 0x0E;  // lKey
constexpr std::uint16_t encrypted_flag = 0x0100;
constexpr std::uint16_t table_flag = 0x0200;  // 1Table, not 0Table
constexpr std::uint16_t obfuscated_flag = 0x8000;

// FibBase, [MS-DOC] 2.5.2.
struct FibBase {
    bool old = false;  // Word 6 and 95, which have no Table stream
    std::uint16_t flags = 0;
    std::uint32_t key = 0;  // size of the header in the Table stream, or check of the password
    std::size_t plain_bytes() const { return old ? 0x34 : 0x44; }
};

base::Result<FibBase> read_fib(base::Bytes document) {
    constexpr std::uint16_t old_ident = 0xA5DC;
    base::Cursor at(document);
    FibBase out;
    out.old = SEKISHO_TRY(at.u16_le()) == old_ident;
    SEKISHO_TRY(at.seek(flags_offset));
    out.flags = SEKISHO_TRY(at.u16_le());
    SEKISHO_TRY(at.seek(key_offset));
    out.key = SEKISHO_TRY(at.u32_le());
    return out;
}

class WordLock : public DocumentLock {
public:
    explicit WordLock(FibBase fib) : fib_(fib) {}

    bool decrypt(Cfb& cfb, Budget& budget, CfbEdit& edit) override {
        bool whole = true;
        const auto open = [&](std::string_view name, std::size_t plain_bytes) {
            const auto index = cfb.find_in_root(name);
            if (index) whole = open_stream(cfb, *index, plain_bytes, budget, edit) && whole;
            return index.has_value();
        };
        open("WordDocument", fib_.plain_bytes());
        if (!fib_.old)
            whole = open((fib_.flags & table_flag) != 0 ? "1Table" : "0Table", table_header()) && whole;
        open("Data", 0);
        return whole;
    }

protected:
    const FibBase& fib() const { return fib_; }

private:
    virtual void begin_stream() = 0;
    virtual void open_data(std::uint64_t offset, std::span<std::byte> data) = 0;
    virtual std::size_t table_header() const = 0;

    // `plain_bytes` at the beginning are not locked.
    bool open_stream(Cfb& cfb, std::uint32_t index, std::size_t plain_bytes, Budget& budget, CfbEdit& edit) {
        const CfbStream stream = cfb.read(index, budget);
        if (!budget.spend_steps(stream.bytes.size())) return false;
        begin_stream();
        Output plain(budget);
        const base::Bytes head = base::head(stream.bytes, plain_bytes);
        std::vector<std::byte> piece(head.begin(), head.end());
        if (plain_bytes == fib_.plain_bytes()) clear_marks(piece);
        bool room = plain.write(piece);
        for (std::uint64_t at = head.size(); room && at < stream.bytes.size(); at += piece.size()) {
            const base::Bytes data = base::head(stream.bytes.subspan(at), 4'096);
            piece.assign(data.begin(), data.end());
            open_data(at, piece);
            room = plain.write(piece);
        }
        edit.replace(index, std::move(plain));
        return room && !stream.truncated && head.size() == plain_bytes;
    }

    // The same FibBase as one that was never locked.
    void clear_marks(std::span<std::byte> fib) const {
        if (fib.size() < key_offset + 4) return;
        const std::uint16_t flags =
            fib_.flags & static_cast<std::uint16_t>(~(encrypted_flag | obfuscated_flag));
        fib[flags_offset] = static_cast<std::byte>(flags & 0xFF);
        fib[flags_offset + 1] = static_cast<std::byte>(flags >> 8);
        std::ranges::fill(fib.subspan(key_offset, 4), std::byte{0});
    }

    FibBase fib_;
};

class Rc4Word final : public WordLock {
public:
    Rc4Word(FibBase fib, StoragePtr header_storage, unlock::Rc4Lock lock)
        : WordLock(fib), header_(std::move(header_storage)), lock_(std::move(lock)) {}

    unlock::PasswordBytes password_bytes() const override { return unlock::PasswordBytes::utf16le; }
    unlock::Price price() const override { return lock_.price(); }
    Fit fit_of(std::string_view password) override { return lock_.fits(password) ? Fit::exact : Fit::no; }

private:
    void begin_stream() override { stream_.emplace(lock_, rc4_block); }
    void open_data(std::uint64_t offset, std::span<std::byte> data) override {
        if (stream_) stream_->apply(offset, data, data);
    }
    std::size_t table_header() const override { return fib().key; }

    StoragePtr header_;
    unlock::Rc4Lock lock_;
    std::optional<unlock::Rc4Stream> stream_;
};

class XorWord final : public WordLock {
public:
    explicit XorWord(FibBase fib) : WordLock(fib) {}

    unlock::PasswordBytes password_bytes() const override { return unlock::PasswordBytes::ansi; }
    unlock::Price price() const override { return {.microseconds = 1, .numbers = true}; }
    Fit fit_of(std::string_view password) override {
        const unlock::XorCheck check = unlock::xor_check(password);
        if (check.key != fib().key >> 16 || check.verifier != (fib().key & 0xFFFF)) return Fit::no;
        array_ = unlock::xor_array(password, check);
        return Fit::exact;
    }

private:
    void begin_stream() override {}
    void open_data(std::uint64_t offset, std::span<std::byte> data) override {
        unlock::xor_word(array_, offset, data);
    }
    std::size_t table_header() const override { return 0; }

    unlock::XorArray array_{};
};

}  // namespace

DocumentLockResult open_word_lock(Cfb& cfb, Budget& budget) {
    constexpr std::uint64_t enough = 4'096;  // of either stream: an EncryptionHeader has 200 bytes
    const auto document = cfb.find_in_root("WordDocument");
    if (!document) return nullptr;
    const CfbStream head = cfb.read(*document, budget, enough);
    if (!is_encrypted_word(head.bytes)) return nullptr;
    const FibBase fib = SEKISHO_TRY(read_fib(head.bytes));
    if (fib.old || (fib.flags & obfuscated_flag) != 0) return std::make_unique<XorWord>(fib);
    const auto table = cfb.find_in_root((fib.flags & table_flag) != 0 ? "1Table" : "0Table");
    if (!table) return base::fail(base::Cause::malformed, "no Table stream");
    const CfbStream header = cfb.read(*table, budget, enough);
    const base::Bytes own = base::head(header.bytes, fib.key);
    return std::make_unique<Rc4Word>(fib, header.storage, SEKISHO_TRY(unlock::Rc4Lock::open(own)));
}

}  // namespace sekisho::scanner::office

#include "scanner/office/biff_lock.h"

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

constexpr std::size_t record_header = 4;
constexpr std::size_t rc4_block = 1'024;
constexpr std::uint16_t file_pass = 0x002F;
constexpr std::uint16_t end_of_substream = 0x000A;
constexpr std::uint16_t bound_sheet = 0x0085;  // its position, four bytes, stays plain
constexpr std::size_t sheet_position = 4;
// BOF (BIFF8, and those before), FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead.
constexpr std::array<std::uint16_t, 10> plain_records{0x0809, 0x0409, 0x0209, 0x0009, file_pass,
                                                      0x0194, 0x0195, 0x00E1, 0x0196, 0x0138};

class BiffLock : public DocumentLock {
public:
    explicit BiffLock(std::uint32_t index) : index_(index) {}

    bool decrypt(Cfb& cfb, Budget& budget, CfbEdit& edit) override {
        const CfbStream stream = cfb.read(index_, budget);
        if (!budget.spend_steps(stream.bytes.size())) return false;
        Output plain(budget);
        const bool whole = walk(stream.bytes, plain);
        const bool sound = whole && !stream.truncated && !plain.truncated();
        edit.replace(index_, std::move(plain));
        return sound;
    }

protected:
    // `data`: `skipped` bytes behind the header of a record of `size` bytes, which lie at `offset`.
    virtual void open_data(std::uint64_t offset, std::size_t skipped, std::size_t size,
                           std::span<std::byte> data) = 0;

private:
    // False: the last record is cut.
    bool walk(base::Bytes stream, Output& plain) {
        base::Cursor at(stream);
        std::vector<std::byte> data;
        while (at.left() >= record_header) {
            const base::Bytes header = base::head(at.rest(), record_header);
            const std::uint16_t type = at.u16_le().value_or(0);
            const std::uint16_t size = at.u16_le().value_or(0);
            const std::uint64_t offset = at.offset();
            const base::Bytes there = base::head(at.rest(), size);
            data.assign(there.begin(), there.end());
            (void)at.skip(there.size());
            if (type == file_pass) {
                // A record of type 0 takes its place: whoever reads on finds no lock.
                data.assign(there.size(), std::byte{0});
                if (!plain.write(unlock::number_bytes(std::uint32_t{size} << 16))) return true;
            } else {
                const std::size_t skipped = type == bound_sheet ? std::min(sheet_position, data.size()) : 0;
                if (std::ranges::find(plain_records, type) == plain_records.end())
                    open_data(offset, skipped, size, std::span(data).subspan(skipped));
                if (!plain.write(header)) return true;
            }
            if (!plain.write(data)) return true;
            if (there.size() < size) return false;
        }
        return plain.write(at.rest());  // less than a header
    }

    std::uint32_t index_;
};

class Rc4Biff final : public BiffLock {
public:
    Rc4Biff(std::uint32_t index, StoragePtr header_storage, unlock::Rc4Lock lock)
        : BiffLock(index), header_(std::move(header_storage)), lock_(std::move(lock)) {}

    unlock::PasswordBytes password_bytes() const override { return unlock::PasswordBytes::utf16le; }
    unlock::Price price() const override { return lock_.price(); }
    Fit fit_of(std::string_view password) override { return lock_.fits(password) ? Fit::exact : Fit::no; }

private:
    void open_data(std::uint64_t offset, std::size_t skipped, std::size_t /*size*/,
                   std::span<std::byte> data) override {
        if (!stream_) stream_.emplace(lock_, rc4_block);
        stream_->apply(offset + skipped, data, data);
    }

    StoragePtr header_;
    unlock::Rc4Lock lock_;
    std::optional<unlock::Rc4Stream> stream_;
};

class XorBiff final : public BiffLock {
public:
    XorBiff(std::uint32_t index, unlock::XorCheck check) : BiffLock(index), check_(check) {}

    unlock::PasswordBytes password_bytes() const override { return unlock::PasswordBytes::ansi; }
    unlock::Price price() const override { return {.microseconds = 1, .numbers = true}; }
    Fit fit_of(std::string_view password) override {
        if (unlock::xor_check(password) != check_) return Fit::no;
        array_ = unlock::xor_array(password, check_);
        return Fit::exact;
    }

private:
    // [MS-OFFCRYPTO] 2.3.7.3: the array begins at the end of the record.
    void open_data(std::uint64_t offset, std::size_t skipped, std::size_t size,
                   std::span<std::byte> data) override {
        unlock::xor_excel(array_, static_cast<std::size_t>((offset + size) % array_.size()) + skipped, data);
    }

    unlock::XorCheck check_;
    unlock::XorArray array_{};
};

// The data of the FilePass record, which stands among the first; empty where there is none.
base::Bytes file_pass_of(base::Bytes head) {
    constexpr int most_records = 64;
    base::Cursor at(head);
    for (int i = 0; i < most_records; ++i) {
        const auto type = at.u16_le();
        const auto size = at.u16_le();
        if (!type || !size || *type == end_of_substream) return {};
        if (*type == file_pass) return base::head(at.rest(), *size);
        if (!at.skip(*size)) return {};
    }
    return {};
}

}  // namespace

DocumentLockResult open_biff_lock(Cfb& cfb, std::uint32_t stream, Budget& budget) {
    constexpr std::uint64_t head = 16'384;
    constexpr std::uint16_t bof = 0x0809;
    const CfbStream begin = cfb.read(stream, budget, head);
    if (!is_encrypted_workbook(begin.bytes)) return nullptr;
    base::Cursor at(file_pass_of(begin.bytes));
    const std::uint16_t biff = base::Cursor(begin.bytes).u16_le().value_or(0);
    // Before BIFF8 the record has no type: XOR is all there is. [MS-XLS] 2.4.117.
    const base::Bytes version = base::head(begin.bytes, 6);
    const bool typed = biff == bof && version.size() == 6 && version[5] == std::byte{6};
    const std::uint16_t type = typed ? SEKISHO_TRY(at.u16_le()) : std::uint16_t{0};
    if (type == 0) {
        unlock::XorCheck check;
        check.key = SEKISHO_TRY(at.u16_le());
        check.verifier = SEKISHO_TRY(at.u16_le());
        return std::make_unique<XorBiff>(stream, check);
    }
    if (type != 1) return base::fail(base::Cause::unsupported, "a lock of an unknown type");
    return std::make_unique<Rc4Biff>(stream, begin.storage, SEKISHO_TRY(unlock::Rc4Lock::open(at.rest())));
}

}  // namespace sekisho::scanner::office

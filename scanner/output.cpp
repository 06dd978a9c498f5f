#include "scanner/output.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace sekisho::scanner {

namespace {

constexpr std::size_t page = 4'096;
constexpr std::size_t first_capacity = 64u << 10;

// Room for zeros is reserved, not touched: MAP_NORESERVE pages come into being on the first write.
std::byte* reserve(std::size_t bytes) {
    void* at =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) throw std::bad_alloc();
    return static_cast<std::byte*>(at);
}

bool is_zero(base::Bytes bytes) {
    // The first byte is zero and each equals its neighbour: memcmp runs at memory speed.
    return bytes.empty() ||
           (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

class Mapping final : public Storage {
public:
    Mapping(std::byte* at, std::size_t capacity, std::size_t size, std::uint64_t resident, Budget& budget)
        : at_(at), capacity_(capacity), size_(size), resident_(resident), budget_(budget) {}
    ~Mapping() override {
        ::munmap(at_, capacity_);
        budget_.return_resident(resident_);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    base::Bytes bytes() const override { return {at_, size_}; }

private:
    std::byte* at_;
    std::size_t capacity_;
    std::size_t size_;
    std::uint64_t resident_;
    Budget& budget_;
};

class Text final : public Storage {
public:
    Text(std::string text, Budget& budget) : text_(std::move(text)), budget_(budget) {}
    ~Text() override { budget_.return_resident(text_.size()); }
    Text(const Text&) = delete;
    Text& operator=(const Text&) = delete;
    base::Bytes bytes() const override { return base::as_bytes(text_); }

private:
    std::string text_;
    Budget& budget_;
};

}  // namespace

struct Output::Impl {
    explicit Impl(Budget& owner) : budget(owner) {}
    ~Impl() { release(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void release() {
        if (at != nullptr) ::munmap(at, capacity);
        budget.return_resident(resident);
        at = nullptr;
        resident = 0;
    }

    void grow(std::size_t needed) {
        std::size_t wanted = std::max(capacity * 2, first_capacity);
        wanted = std::max(wanted, (needed + page - 1) / page * page);
        if (at == nullptr) {
            at = reserve(wanted);
        } else {
            // Moves page tables, not bytes; untouched pages stay untouched.
            void* moved = ::mremap(at, capacity, wanted, MREMAP_MAYMOVE);
            if (moved == MAP_FAILED) throw std::bad_alloc();
            at = static_cast<std::byte*>(moved);
        }
        capacity = wanted;
    }

    // One piece that lies within one page of the mapping. False: memory is spent.
    bool put(base::Bytes piece) {
        const std::size_t in_page = size % page;
        if (in_page == 0) page_touched = false;
        if (page_touched || !is_zero(piece)) {
            if (!page_touched) {
                if (!budget.spend_resident(page)) return false;
                resident += page;
                page_touched = true;
            }
            // NOLINTNEXTLINE(*-pointer-arithmetic): the mapping of our own, within its size
            std::memcpy(at + size, piece.data(), piece.size());
        }
        size += piece.size();
        return true;
    }

    Budget& budget;
    std::byte* at = nullptr;
    std::size_t capacity = 0;
    std::size_t size = 0;
    std::uint64_t resident = 0;
    bool page_touched = false;  // the page that holds `size` has been written
    bool truncated = false;
};

Output::Output(Budget& budget) : impl_(std::make_unique<Impl>(budget)) {}
Output::~Output() = default;
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;

bool Output::write(base::Bytes bytes) {
    if (impl_->truncated) return false;
    const std::uint64_t part_room = impl_->budget.limits().max_part_bytes - impl_->size;
    bool whole = true;
    if (bytes.size() > part_room) {
        impl_->budget.reach("limit.part-bytes");
        bytes = bytes.first(static_cast<std::size_t>(part_room));
        whole = false;
    }
    if (!impl_->budget.spend_bytes(bytes.size())) {
        impl_->truncated = true;
        return false;
    }
    if (bytes.size() > impl_->capacity - impl_->size) impl_->grow(impl_->size + bytes.size());
    while (whole || !bytes.empty()) {
        if (bytes.empty()) return true;
        const base::Bytes piece = base::head(bytes, page - impl_->size % page);
        if (!impl_->put(piece)) break;
        bytes = bytes.subspan(piece.size());
    }
    impl_->truncated = true;
    return false;
}

std::uint64_t Output::size() const { return impl_->size; }
bool Output::truncated() const { return impl_->truncated; }
base::Bytes Output::view() const { return {impl_->at, impl_->size}; }

StoragePtr Output::finish() && {
    Impl& impl = *impl_;
    if (impl.at == nullptr) impl.grow(page);
    auto out = std::make_shared<Mapping>(impl.at, impl.capacity, impl.size, impl.resident, impl.budget);
    impl.at = nullptr;
    impl.resident = 0;
    return out;
}

StoragePtr store_text(std::string text, Budget& budget) {
    if (!budget.spend_bytes(text.size()) || !budget.spend_resident(text.size())) return nullptr;
    return std::make_shared<Text>(std::move(text), budget);
}

}  // namespace sekisho::scanner

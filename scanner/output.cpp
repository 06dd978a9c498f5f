#include "scanner/output.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace sekisho::scanner {

namespace {

constexpr std::size_t page = 4'096;
constexpr std::size_t first_capacity = 64u << 10;

constexpr std::size_t whole_pages(std::size_t bytes) { return (bytes + page - 1) / page * page; }

bool is_zero(base::Bytes bytes) {
    // The first byte is zero and each equals its neighbour: memcmp runs at memory speed.
    return bytes.empty() ||
           (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

class Mapping final : public Storage {
public:
    Mapping(Pages pages, std::size_t size, std::uint64_t resident, Budget& budget)
        : pages_(pages), size_(size), resident_(resident), budget_(budget) {}
    ~Mapping() override {
        budget_.pages().give(pages_);
        budget_.return_resident(resident_);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    base::Bytes bytes() const override { return {pages_.at, size_}; }

private:
    Pages pages_;
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
    ~Impl() {
        budget.pages().give(let_go());
        budget.return_resident(resident);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // The pages, and what of them is not zero any more.
    Pages let_go() {
        pages.dirty = std::max(pages.dirty, std::min(pages.capacity, whole_pages(size)));
        return std::exchange(pages, {});
    }

    void grow(std::size_t needed) {
        const std::size_t wanted = std::max({pages.capacity * 2, first_capacity, whole_pages(needed)});
        if (pages.at == nullptr) {
            pages = budget.pages().take(wanted);
        } else {
            PageStore::grow(pages, wanted);
        }
    }

    // One piece that lies within one page of the mapping. False: memory is spent.
    bool put(base::Bytes piece) {
        const std::size_t in_page = size % page;
        if (in_page == 0) page_touched = false;
        if (page_touched || size < pages.dirty || !is_zero(piece)) {
            if (!page_touched) {
                if (!budget.spend_resident(page)) return false;
                resident += page;
                page_touched = true;
            }
            // NOLINTNEXTLINE(*-pointer-arithmetic): the mapping of our own, within its size
            std::memcpy(pages.at + size, piece.data(), piece.size());
        }
        size += piece.size();
        return true;
    }

    Budget& budget;
    Pages pages;
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
    if (bytes.size() > impl_->pages.capacity - impl_->size) impl_->grow(impl_->size + bytes.size());
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
base::Bytes Output::view() const { return {impl_->pages.at, impl_->size}; }

StoragePtr Output::finish() && {
    Impl& impl = *impl_;
    if (impl.pages.at == nullptr) impl.grow(page);
    auto out = std::make_shared<Mapping>(impl.let_go(), impl.size, impl.resident, impl.budget);
    impl.resident = 0;
    return out;
}

StoragePtr store_text(std::string text, Budget& budget) {
    if (!budget.spend_bytes(text.size()) || !budget.spend_resident(text.size())) return nullptr;
    return std::make_shared<Text>(std::move(text), budget);
}

}  // namespace sekisho::scanner

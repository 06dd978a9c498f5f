#include "scanner/output.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scanner/padded_run.h"

namespace sekisho::scanner {

namespace {

constexpr std::size_t page = 4'096;
constexpr std::size_t first_capacity = 64u << 10;
constexpr std::size_t kept_tail = 1u << 20;  // of a part that is too large

constexpr std::size_t whole_pages(std::size_t bytes) { return (bytes + page - 1) / page * page; }

bool is_zero(base::Bytes bytes) {
    // The first byte is zero and each equals its neighbour: memcmp runs at memory speed.
    return bytes.empty() ||
           (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// What a Mapping is made of.
struct Decoded {
    Pages pages;
    std::size_t size = 0;
    std::uint64_t resident = 0;
    std::vector<Padding> paddings;
    std::vector<RepeatWindows::Window> windows;  // that are mapped among the pages
};

class Mapping final : public Storage {
public:
    Mapping(Decoded decoded, Budget& budget) : decoded_(std::move(decoded)), budget_(budget) {}
    ~Mapping() override {
        budget_.pages().give(decoded_.pages);
        budget_.return_resident(decoded_.resident);
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    base::Bytes bytes() const override { return {decoded_.pages.at, decoded_.size}; }
    std::span<const Padding> paddings() const override { return decoded_.paddings; }

private:
    Decoded decoded_;
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
        budget.return_resident(out.resident);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    base::Bytes written() const { return {out.pages.at, out.size}; }
    std::uint64_t most() const { return budget.limits().max_part_bytes; }

    // The pages, and what of them is not zero any more.
    Pages let_go() {
        Pages& pages = out.pages;
        pages.dirty = std::max(pages.dirty, std::min(pages.capacity, whole_pages(out.size)));
        return std::exchange(pages, {});
    }

    void reserve(std::size_t bytes) {
        if (out.pages.at == nullptr) {
            out.pages = budget.pages().take(bytes);
        } else if (bytes > out.pages.capacity) {
            PageStore::grow(out.pages, bytes);
        }
    }

    // False: the budget is spent.
    bool append(base::Bytes bytes) {
        if (bytes.size() > out.pages.capacity - out.size)
            reserve(std::max({out.pages.capacity * 2, first_capacity, whole_pages(out.size + bytes.size())}));
        while (!bytes.empty()) {
            if (run) {
                bytes = bytes.subspan(run->follow(bytes));
                out.size = static_cast<std::size_t>(run->padding().end);
                if (!bytes.empty() && !settle()) return false;
                continue;
            }
            const base::Bytes piece = base::head(bytes, page - out.size % page);
            if (!put(piece)) return false;
            bytes = bytes.subspan(piece.size());
            if (out.size % PaddingFinder::block == 0) look_for_padding(bytes.size());
        }
        return true;
    }

    // One piece that lies within one page of the mapping. False: the budget is spent.
    bool put(base::Bytes piece) {
        const std::size_t in_page = out.size % page;
        if (in_page == 0) page_touched = false;
        const bool zero = is_zero(piece);
        if (!zero && !budget.spend_ratio(piece.size())) return false;
        if (page_touched || out.size < out.pages.dirty || !zero) {
            if (!page_touched) {
                if (!spend_resident(page)) return false;
                page_touched = true;
            }
            // NOLINTNEXTLINE(*-pointer-arithmetic): the mapping of our own, within its size
            std::memcpy(out.pages.at + out.size, piece.data(), piece.size());
        }
        out.size += piece.size();
        return true;
    }

    bool spend_resident(std::uint64_t bytes) {
        if (!budget.spend_resident(bytes)) return false;
        out.resident += bytes;
        return true;
    }

    // From here on what goes on as it did is compared, not written. The mapping is made as large as it may
    // ever become: one that has others within it cannot be moved any more.
    void look_for_padding(std::uint64_t still_to_come) {
        if (out.size < out.pages.dirty) return;
        const auto padding = finder.look(written());
        if (!padding) return;
        try {
            const std::uint64_t room = std::min(most() - out.size, still_to_come + budget.bytes_left());
            reserve(whole_pages(out.size + static_cast<std::size_t>(room)));
        } catch (const std::bad_alloc&) {
            return;  // the address space is full: bytes are written as before
        }
        run = PaddedRun::begin(written(), *padding, budget.pages().windows());
        if (run && !spend_resident(run->window_bytes())) run.reset();
    }

    // Puts the run in place. False: memory is spent, and its last bytes are lost.
    bool settle() {
        if (!run) return true;
        bool whole = true;
        const std::uint64_t end = run->padding().end;
        page_touched = false;
        if (run->needs_window()) {
            out.size = static_cast<std::size_t>(run->map_into({out.pages.at, out.pages.capacity}));
            out.pages.mixed = out.pages.mixed || out.size > run->first();
            while (out.size < end && whole) {
                const auto left =
                    static_cast<std::size_t>(std::min<std::uint64_t>(end - out.size, page - out.size % page));
                whole = put(base::head(run->expected(out.size), left));
            }
            out.windows.push_back(*run->take_window());
        }
        out.paddings.push_back({run->padding().begin, out.size, run->padding().period});
        run.reset();
        finder.forget();
        return whole;
    }

    // What does not fit any more: its last bytes take the place of the last that did.
    void keep_tail(base::Bytes bytes) {
        if (tail.empty()) {
            budget.reach("limit.part-bytes");
            stopped = !settle() || !spend_resident(2 * kept_tail);
            if (stopped) return;
            tail_at = out.size - std::min<std::size_t>(out.size / 2, kept_tail);
            if (whole_pages(tail_at) < out.size) tail_at = whole_pages(tail_at);
            const base::Bytes last = written().subspan(tail_at);
            tail.assign(last.begin(), last.end());
        }
        const std::size_t place = out.size - tail_at;
        bytes = bytes.last(std::min(bytes.size(), place));
        if (tail.size() + bytes.size() > 2 * kept_tail)
            tail.erase(tail.begin(), tail.end() - static_cast<std::ptrdiff_t>(place));
        tail.insert(tail.end(), bytes.begin(), bytes.end());
    }

    void put_tail() {
        if (tail.empty()) return;
        const std::span<std::byte> place = std::span(out.pages.at, out.size).subspan(tail_at);
        // A window there has other places as well.
        if (out.pages.mixed && !PageStore::renew(place)) return;
        std::ranges::copy(std::span(tail).last(place.size()), place.begin());
        for (Padding& padding : out.paddings)
            padding.end = std::min<std::uint64_t>(padding.end, tail_at);
        std::erase_if(out.paddings, [](const Padding& each) { return each.end <= each.begin; });
    }

    Budget& budget;
    Decoded out;
    PaddingFinder finder;
    std::optional<PaddedRun> run;
    std::vector<std::byte> tail;  // the last bytes of what is too long; empty where nothing is
    std::size_t tail_at = 0;      // their place
    bool page_touched = false;    // the page that holds `size` has been written
    bool stopped = false;         // the budget is spent
};

Output::Output(Budget& budget) : impl_(std::make_unique<Impl>(budget)) {}
Output::~Output() = default;
Output::Output(Output&&) noexcept = default;
Output& Output::operator=(Output&&) noexcept = default;

bool Output::write(base::Bytes bytes) {
    Impl& impl = *impl_;
    if (impl.stopped) return false;
    if (!impl.budget.spend_bytes(bytes.size())) {
        impl.stopped = true;
        return false;
    }
    const base::Bytes fitting = base::head(bytes, static_cast<std::size_t>(impl.most() - impl.out.size));
    impl.stopped = !impl.append(fitting);
    if (!impl.stopped && fitting.size() < bytes.size()) impl.keep_tail(bytes.subspan(fitting.size()));
    return !impl.stopped;
}

std::uint64_t Output::size() const { return impl_->out.size; }
bool Output::truncated() const { return impl_->stopped || !impl_->tail.empty(); }
base::Bytes Output::view() const {
    impl_->stopped = !impl_->settle() || impl_->stopped;
    return impl_->written();
}

StoragePtr Output::finish() && {
    Impl& impl = *impl_;
    impl.reserve(page);
    impl.stopped = !impl.settle() || impl.stopped;
    impl.put_tail();
    if (impl.out.pages.mixed)
        PageStore::shrink(impl.out.pages, whole_pages(std::max<std::size_t>(impl.out.size, 1)));
    Decoded decoded{.pages = impl.let_go(),
                    .size = impl.out.size,
                    .resident = std::exchange(impl.out.resident, 0),
                    .paddings = std::move(impl.out.paddings),
                    .windows = std::move(impl.out.windows)};
    return std::make_shared<Mapping>(std::move(decoded), impl.budget);
}

StoragePtr store_text(std::string text, Budget& budget) {
    if (!budget.spend_bytes(text.size()) || !budget.spend_ratio(text.size()) ||
        !budget.spend_resident(text.size()))
        return nullptr;
    return std::make_shared<Text>(std::move(text), budget);
}

}  // namespace sekisho::scanner

#include "scanner/containers/chm_reader.h"

#include <mspack.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/cursor.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using Sink = std::function<bool(Bytes)>;

constexpr std::uint64_t decoder_bytes = (2u << 20) + (256u << 10);  // the largest window, tables, buffers

// What libmspack takes for the system: C functions, and behind them the bytes, the Budget and the sink. No
// exception leaves them.
struct System : mspack_system {
    System(Bytes input_bytes, Budget& of_scan) : mspack_system(), input(input_bytes), budget(of_scan) {
        open = &System::open_file;
        close = &System::close_file;
        read = &System::read_file;
        write = &System::write_file;
        seek = &System::seek_file;
        tell = &System::tell_file;
        message = &System::note_message;
        alloc = &System::allocate;
        free = &System::release;
        copy = &System::copy_bytes;
        mend_guids();
        mend_pages();
    }

    // libmspack opens no file whose two GUIDs are others than Microsoft's compiler writes. Windows does, and
    // Free Pascal's compiler writes the first one twice.
    void mend_guids() {
        mended.push_back(
            {0x18, std::string("\x10\xFD\x01\x7C\xAA\x7B\xD0\x11\x9E\x0C\x00\xA0\xC9\x22\xE6\xEC"
                               "\x11\xFD\x01\x7C\xAA\x7B\xD0\x11\x9E\x0C\x00\xA0\xC9\x22\xE6\xEC",
                               32)});
    }

    // Which pages of the directory have entries is what they say themselves: libmspack goes by the header,
    // which Free Pascal's compiler writes wrong, and 7-Zip does not. Other pages are passed over.
    void mend_pages() {
        constexpr std::size_t first_page = 0x20;
        constexpr std::size_t pages = 0x2C;
        base::Cursor in(input);
        if (!in.seek(0x48)) return;
        const std::uint64_t directory = in.u64_le().value_or(input.size());
        if (!in.seek(directory)) return;
        const std::size_t begin = in.offset();
        if (!in.skip(pages)) return;
        const std::uint32_t count = in.u32_le().value_or(0);
        if (count == 0) return;
        std::string range(4, '\0');
        for (unsigned shift = 0; shift < 32; shift += 8)
            range.push_back(static_cast<char>((count - 1) >> shift));
        mended.push_back({begin + first_page, std::move(range)});
    }

    // The input, at a position, or what is written.
    struct File : mspack_file {
        explicit File(System& of_system) : mspack_file(), system(of_system) {}
        System& system;
        std::size_t at = 0;
    };
    static File& of(mspack_file* file) { return *static_cast<File*>(file); }

    static mspack_file* open_file(mspack_system* self, const char*, int) {
        return new (std::nothrow) File(*static_cast<System*>(self));
    }
    static void close_file(mspack_file* file) { delete &of(file); }  // NOLINT: open_file made it

    static int read_file(mspack_file* file, void* buffer, int bytes) {
        File& in = of(file);
        if (bytes < 0) return -1;
        const Bytes piece = base::head(in.system.input.subspan(in.at), static_cast<std::size_t>(bytes));
        if (!in.system.budget.spend_steps(piece.size() + 1)) {
            in.system.refused = true;
            return -1;
        }
        if (!piece.empty()) std::memcpy(buffer, piece.data(), piece.size());
        in.system.mend(std::span(static_cast<std::byte*>(buffer), piece.size()), in.at);
        in.at += piece.size();
        in.system.read_end = in.at;
        return static_cast<int>(piece.size());
    }

    // Bytes of the file that the library reads as they should be.
    void mend(std::span<std::byte> piece, std::size_t at) const {
        for (const Mended& each : mended) {
            for (std::size_t i = 0; i < each.bytes.size(); ++i) {
                const std::size_t place = each.at + i;
                if (place >= at && place - at < piece.size())
                    piece[place - at] = static_cast<std::byte>(each.bytes[i]);
            }
        }
    }

    static int write_file(mspack_file* file, void* buffer, int bytes) {
        System& system = of(file).system;
        if (bytes < 0) return -1;
        const Bytes piece(static_cast<const std::byte*>(buffer), static_cast<std::size_t>(bytes));
        try {
            system.refused = system.refused || (system.sink != nullptr && !(*system.sink)(piece));
        } catch (const std::bad_alloc&) {
            system.refused = true;
        }
        return system.refused ? -1 : bytes;
    }

    static int seek_file(mspack_file* file, off_t offset, int mode) {
        File& in = of(file);
        const auto size = static_cast<std::int64_t>(in.system.input.size());
        const std::int64_t from = mode == MSPACK_SYS_SEEK_START ? 0
                                  : mode == MSPACK_SYS_SEEK_CUR ? static_cast<std::int64_t>(in.at)
                                                                : size;
        if (offset < -from || offset > size - from) return -1;
        in.at = static_cast<std::size_t>(from + offset);
        return 0;
    }
    static off_t tell_file(mspack_file* file) { return static_cast<off_t>(of(file).at); }
    // What stands behind the file is no damage.
    static void note_message(mspack_file* file, const char* format, ...) {  // NOLINT: C's variable arguments
        if (file == nullptr || std::string_view(format).find("extra bytes") != std::string_view::npos) return;
        of(file).system.complained = true;
    }

    // The library hands a copy of the functions, with one of its own to write, to its decoder: behind that is
    // nothing of ours, and unpack() has charged what the decoder takes.
    static void* allocate(mspack_system* self, std::size_t bytes) {
        if (self->write != &System::write_file) return std::malloc(bytes);  // NOLINT: the library is C
        auto& system = *static_cast<System*>(self);
        if (!system.budget.spend_resident(bytes)) {
            system.refused = true;
            return nullptr;
        }
        system.taken += bytes;
        return std::malloc(bytes);  // NOLINT: the library is C
    }
    static void release(void* memory) { std::free(memory); }  // NOLINT: of allocate()
    static void copy_bytes(void* from, void* to, std::size_t bytes) { std::memcpy(to, from, bytes); }

    struct Mended {
        std::size_t at;
        std::string bytes;
    };

    Bytes input;
    Budget& budget;
    std::vector<Mended> mended;
    const Sink* sink = nullptr;
    std::uint64_t taken = 0;   // of memory, until the reader is gone
    bool refused = false;      // by the Budget or by the sink
    bool complained = false;   // the library, of the file
    std::size_t read_end = 0;  // where the last read ended
};

// Seven bits a byte, high ones first, the top bit set where more follow.
base::Result<std::uint64_t> variable(base::Cursor& in) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 9; ++i) {
        const std::uint8_t byte = SEKISHO_TRY(in.u8());
        value = value << 7 | (byte & 0x7Fu);
        if ((byte & 0x80u) == 0) return value;
    }
    return base::fail(Cause::malformed);
}

// Whether a page of the directory has as many entries as it says, up to the area of quick references.
base::Result<bool> is_whole(Bytes page) {
    constexpr std::size_t count_bytes = 2;
    base::Cursor in(page);
    SEKISHO_TRY(in.skip(4));
    const std::uint32_t behind = SEKISHO_TRY(in.u32_le());
    SEKISHO_TRY(in.skip(12));  // the pages around it
    if (behind < count_bytes || behind > in.left()) return false;
    const std::size_t end = page.size() - behind;
    base::Cursor last(page.last(count_bytes));
    for (unsigned left = SEKISHO_TRY(last.u16_le()); left > 0; --left) {
        SEKISHO_TRY(in.skip(SEKISHO_TRY(variable(in))));
        for (int field = 0; field < 3; ++field)  // section, offset, size
            (void)SEKISHO_TRY(variable(in));
    }
    return in.offset() == end;
}

}  // namespace

struct ChmReader::Impl {
    Impl(Bytes bytes, Budget& budget) : system(bytes, budget) {}
    ~Impl() {
        if (header != nullptr) library->close(library, header);
        if (library != nullptr) mspack_destroy_chm_decompressor(library);
        system.budget.return_resident(system.taken);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::unexpected<base::Error> failure() {
        if (system.refused) return base::fail(Cause::limit);
        const bool cut = library->last_error(library) == MSPACK_ERR_READ;
        return cut ? base::fail(Cause::truncated, "it ends too soon")
                   : base::fail(Cause::malformed, "it is broken");
    }

    System system;
    mschm_decompressor* library = nullptr;
    mschmd_header* header = nullptr;
    bool has_decoder = false;
};

ChmReader::ChmReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChmReader::~ChmReader() = default;
ChmReader::ChmReader(ChmReader&&) noexcept = default;
ChmReader& ChmReader::operator=(ChmReader&&) noexcept = default;

base::Result<ChmReader> ChmReader::open(Bytes bytes, Budget& budget) {
    auto impl = std::make_unique<Impl>(bytes, budget);
    impl->library = mspack_create_chm_decompressor(&impl->system);
    if (impl->library == nullptr) return base::fail(Cause::limit);
    impl->header = impl->library->open(impl->library, "");
    if (impl->header == nullptr) return impl->failure();
    return ChmReader(std::move(impl));
}

std::vector<ChmEntry> ChmReader::entries() const {
    std::vector<ChmEntry> out;
    for (const mschmd_file* file = impl_->header->files; file != nullptr; file = file->next) {
        if (file->offset < 0 || file->length < 0) continue;
        ChmEntry entry{.name = file->filename,
                       .packed = file->section->id == 1,
                       .offset = static_cast<std::uint64_t>(file->offset),
                       .size = static_cast<std::uint64_t>(file->length)};
        if (!entry.packed)
            entry.offset += static_cast<std::uint64_t>(std::max<off_t>(impl_->header->sec0.offset, 0));
        out.push_back(std::move(entry));
    }
    return out;
}

bool ChmReader::is_damaged() const {
    if (impl_->system.complained) return true;
    const mschmd_header& header = *impl_->header;
    const Bytes file = impl_->system.input;
    if (header.dir_offset < 0 || static_cast<std::uint64_t>(header.dir_offset) > file.size()) return true;
    base::Cursor in(file.subspan(static_cast<std::size_t>(header.dir_offset)));
    for (unsigned i = 0; i < header.num_chunks; ++i) {
        const auto page = in.take(header.chunk_size);
        if (!page) return true;
        if (base::as_text(*page).starts_with("PMGL") && !is_whole(*page).value_or(false)) return true;
    }
    for (const mschmd_file* entry = header.files; entry != nullptr; entry = entry->next) {
        if (entry->offset < 0 || entry->length < 0) return true;
    }
    return false;
}

Bytes ChmReader::section(bool read) const {
    const mschmd_header& header = *impl_->header;
    const mschmd_file* content = header.sec1.content;
    if (content == nullptr || content->length < 0 || content->offset < 0 || header.sec0.offset < 0) return {};
    base::Cursor in(impl_->system.input);
    if (!in.skip(static_cast<std::uint64_t>(header.sec0.offset)) ||
        !in.skip(static_cast<std::uint64_t>(content->offset)))
        return {};
    const std::size_t begin = in.offset();
    const std::size_t end = read ? std::max(impl_->system.read_end, begin) : impl_->system.input.size();
    return base::head(in.rest(), static_cast<std::size_t>(std::min<std::uint64_t>(
                                     end - begin, static_cast<std::uint64_t>(content->length))));
}

// As if one file took up the whole section: it is unpacked once, whatever overlaps in it.
base::Result<void> ChmReader::unpack(std::uint64_t from, std::uint64_t size, const Sink& sink) {
    if (!std::exchange(impl_->has_decoder, true)) {
        if (!impl_->system.budget.spend_resident(decoder_bytes)) return base::fail(Cause::limit);
        impl_->system.taken += decoder_bytes;
    }
    std::array<char, 1> name{};
    mschmd_file all{};
    all.section = &impl_->header->sec1.base;
    constexpr std::uint64_t most = std::numeric_limits<off_t>::max();
    if (from > most) return base::fail(Cause::malformed);
    all.offset = static_cast<off_t>(from);
    all.length = static_cast<off_t>(std::min(size, most - from));
    all.filename = name.data();
    impl_->system.sink = &sink;
    const int error = impl_->library->extract(impl_->library, &all, "");
    impl_->system.sink = nullptr;
    if (error != MSPACK_ERR_OK) return impl_->failure();
    return {};
}

}  // namespace sekisho::scanner::containers

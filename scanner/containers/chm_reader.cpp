#include "scanner/containers/chm_reader.h"

#include <mspack.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string_view>
#include <utility>

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;
using Sink = std::function<bool(Bytes)>;

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
        message = &System::ignore_message;
        alloc = &System::allocate;
        free = &System::release;
        copy = &System::copy_bytes;
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
        mend_guids(std::span(static_cast<std::byte*>(buffer), piece.size()), in.at);
        in.at += piece.size();
        return static_cast<int>(piece.size());
    }

    // libmspack opens no file whose two GUIDs are others than Microsoft's compiler writes. Windows does, and
    // Free Pascal's compiler writes the first one twice.
    static void mend_guids(std::span<std::byte> piece, std::size_t at) {
        constexpr std::size_t begin = 0x18;
        constexpr std::string_view guids(
            "\x10\xFD\x01\x7C\xAA\x7B\xD0\x11\x9E\x0C\x00\xA0\xC9\x22\xE6\xEC"
            "\x11\xFD\x01\x7C\xAA\x7B\xD0\x11\x9E\x0C\x00\xA0\xC9\x22\xE6\xEC",
            32);
        for (std::size_t i = 0; i < guids.size(); ++i) {
            if (begin + i >= at && begin + i - at < piece.size())
                piece[begin + i - at] = static_cast<std::byte>(guids[i]);
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
    static void ignore_message(mspack_file*, const char*, ...) {}  // NOLINT: C's variable arguments

    // The library hands on a copy of what it was given, which is none of ours any more: whose memory it is,
    // the call into it says.
    static void* allocate(mspack_system*, std::size_t bytes) {
        System& system = *current;
        if (!system.budget.spend_resident(bytes)) {
            system.refused = true;
            return nullptr;
        }
        system.taken += bytes;
        return std::malloc(bytes);  // NOLINT: the library is C
    }
    static void release(void* memory) { std::free(memory); }  // NOLINT: of allocate()
    static void copy_bytes(void* from, void* to, std::size_t bytes) { std::memcpy(to, from, bytes); }

    // For as long as a call into the library takes.
    class Call {
    public:
        explicit Call(System& system) : before_(std::exchange(current, &system)) {}
        ~Call() { current = before_; }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;

    private:
        System* before_;
    };
    static thread_local System* current;

    Bytes input;
    Budget& budget;
    const Sink* sink = nullptr;
    std::uint64_t taken = 0;  // of memory, until the reader is gone
    bool refused = false;     // by the Budget or by the sink
};
thread_local System* System::current = nullptr;

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
};

ChmReader::ChmReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChmReader::~ChmReader() = default;
ChmReader::ChmReader(ChmReader&&) noexcept = default;
ChmReader& ChmReader::operator=(ChmReader&&) noexcept = default;

base::Result<ChmReader> ChmReader::open(Bytes bytes, Budget& budget) {
    auto impl = std::make_unique<Impl>(bytes, budget);
    const System::Call call(impl->system);
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

// As if one file took up the whole section: it is unpacked once, whatever overlaps in it.
base::Result<void> ChmReader::unpack(std::uint64_t size, const Sink& sink) {
    std::array<char, 1> name{};
    mschmd_file all{};
    all.section = &impl_->header->sec1.base;
    all.length = static_cast<off_t>(std::min<std::uint64_t>(size, std::numeric_limits<off_t>::max()));
    all.filename = name.data();
    impl_->system.sink = &sink;
    const System::Call call(impl_->system);
    const int error = impl_->library->extract(impl_->library, &all, "");
    impl_->system.sink = nullptr;
    if (error != MSPACK_ERR_OK) return impl_->failure();
    return {};
}

}  // namespace sekisho::scanner::containers

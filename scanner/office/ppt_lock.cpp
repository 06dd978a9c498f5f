#include "scanner/office/ppt_lock.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "scanner/office/ole_objects.h"
#include "scanner/unlock/rc4_lock.h"

namespace sekisho::scanner::office {

namespace {

using unlock::Fit;

constexpr std::size_t header_size = 8;
constexpr std::uint16_t user_edit_atom = 0x0FF5;
constexpr std::uint16_t persist_directory_atom = 0x1772;
constexpr std::uint16_t crypt_session = 0x2F14;
constexpr std::uint32_t plain_token = 0xE391'C05F;
constexpr std::size_t token_offset = 12;        // in Current User
constexpr std::size_t session_ref_offset = 36;  // in a UserEditAtom, header included

// RecordHeader, [MS-PPT] 2.3.1.
struct RecordHeader {
    std::uint16_t instance = 0;
    std::uint16_t type = 0;
    std::uint32_t length = 0;
};
base::Result<RecordHeader> read_header(base::Cursor& at) {
    RecordHeader out;
    out.instance = SEKISHO_TRY(at.u16_le()) >> 4;
    out.type = SEKISHO_TRY(at.u16_le());
    out.length = SEKISHO_TRY(at.u32_le());
    return out;
}

// Where the persist objects lie, by their ids; and which of them holds the lock.
struct Directory {
    std::map<std::uint32_t, std::uint32_t> objects;  // the newest edit that knows an id counts
    std::vector<std::uint32_t> edits;                // offsets of the UserEditAtoms, newest first
    std::uint32_t session = 0;                       // id; 0: not locked
    bool damaged = false;

    std::optional<std::uint32_t> session_offset() const {
        const auto at = objects.find(session);
        return at == objects.end() ? std::nullopt : std::optional(at->second);
    }
};

// PersistDirectoryAtom, 2.3.4. `left`: how many entries may still be read.
base::Result<void> read_persist_directory(base::Cursor at, Directory& out, std::uint64_t& left) {
    const RecordHeader header = SEKISHO_TRY(read_header(at));
    if (header.type != persist_directory_atom) return base::fail(base::Cause::malformed);
    at = SEKISHO_TRY(at.sub(header.length));
    while (!at.at_end()) {
        const std::uint32_t word = SEKISHO_TRY(at.u32_le());
        const std::uint32_t first = word & 0xFFFFF;
        const std::uint32_t count = word >> 20;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::uint32_t offset = SEKISHO_TRY(at.u32_le());
            if (left == 0) return base::fail(base::Cause::limit);
            --left;
            out.objects.try_emplace(first + i, offset);
        }
    }
    return {};
}

// One UserEditAtom, 2.3.3. Gives the offset of the edit before it, 0 where it is the first.
base::Result<std::uint32_t> read_edit(base::Bytes document, std::uint32_t offset, Directory& out,
                                      std::uint64_t& left) {
    base::Cursor at(document);
    SEKISHO_TRY(at.seek(offset));
    const RecordHeader header = SEKISHO_TRY(read_header(at));
    if (header.type != user_edit_atom) return base::fail(base::Cause::malformed);
    out.edits.push_back(offset);
    at = SEKISHO_TRY(at.sub(header.length));
    SEKISHO_TRY(at.skip(8));  // last slide, versions
    const std::uint32_t before = SEKISHO_TRY(at.u32_le());
    const std::uint32_t directory = SEKISHO_TRY(at.u32_le());
    SEKISHO_TRY(at.skip(12));  // id of the document, seed, last view
    if (at.left() >= 4 && out.session == 0) out.session = SEKISHO_TRY(at.u32_le());
    base::Cursor persist(document);
    SEKISHO_TRY(persist.seek(directory));
    SEKISHO_TRY(read_persist_directory(persist, out, left));
    return before;
}

Directory read_directory(base::Bytes current_user, base::Bytes document) {
    Directory out;
    base::Cursor at(current_user);
    (void)at.seek(token_offset + 4);
    std::uint32_t offset = at.u32_le().value_or(0);
    std::uint64_t left = document.size() / 4;  // no sound file has more entries than that
    std::set<std::uint32_t> seen;
    do {
        if (!seen.insert(offset).second) {
            out.damaged = true;  // a loop
            break;
        }
        const auto before = read_edit(document, offset, out, left);
        out.damaged = out.damaged || !before;
        offset = before.value_or(0);
    } while (offset != 0);
    return out;
}

// A copy of a stream that is decrypted in place. The memory counts while it lives.
class Copy {
public:
    Copy(base::Bytes bytes, Budget& budget) : budget_(budget), size_(bytes.size()) {
        charged_ = budget_.spend_resident(size_) && budget_.spend_steps(size_);
        if (charged_) bytes_.assign(bytes.begin(), bytes.end());
    }
    ~Copy() {
        if (charged_) budget_.return_resident(size_);
    }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    bool there() const { return charged_; }
    base::Bytes view() const { return bytes_; }
    std::span<std::byte> bytes() { return bytes_; }
    // As much of it as there is.
    std::span<std::byte> part(std::uint64_t offset, std::uint64_t length) {
        const std::span<std::byte> all(bytes_);
        const auto rest = all.subspan(static_cast<std::size_t>(std::min<std::uint64_t>(offset, all.size())));
        return rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(length, rest.size())));
    }

private:
    Budget& budget_;
    std::size_t size_;
    bool charged_ = false;
    std::vector<std::byte> bytes_;
};

// Pictures, [MS-ODRAW] 2.2.20 and the blips of 2.2.23: header, ids, tag and data are encrypted each for
// itself, all with the key of block 0. False: the stream ends within a picture.
class PictureDecryptor {
public:
    PictureDecryptor(const unlock::Rc4Lock& lock, Copy& copy) : lock_(lock), copy_(copy) {}

    bool run() {
        while (at_ < copy_.view().size()) {
            const auto header = take_header();
            if (!header || header->length > copy_.view().size() - at_) return false;
            const std::uint64_t end = at_ + header->length;
            if (header->type == store_entry) {
                take_store_entry(end);
            } else {
                take_blip(*header, end);
            }
            at_ = end;
        }
        return true;
    }

private:
    static constexpr std::uint16_t store_entry = 0xF007;
    static constexpr std::uint16_t first_metafile = 0xF01A;  // EMF, WMF, PICT
    static constexpr std::uint16_t last_metafile = 0xF01C;

    void open(std::uint64_t length) {
        const std::span<std::byte> piece = copy_.part(at_, length);
        lock_.block(0).apply(piece, piece);
        at_ += piece.size();
    }
    std::optional<RecordHeader> take_header() {
        const std::uint64_t begin = at_;
        open(header_size);
        base::Cursor cursor(copy_.part(begin, header_size));
        const auto header = read_header(cursor);
        return header ? std::optional(*header) : std::nullopt;
    }
    // OfficeArtFBSE: its fields one by one, a name, and perhaps the blip.
    void take_store_entry(std::uint64_t end) {
        constexpr std::array<std::uint64_t, 11> fields{1, 1, 16, 2, 4, 4, 4, 1, 1, 1, 1};
        std::uint64_t name = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::uint64_t begin = at_;
            open(std::min(fields.at(i), end - at_));
            const auto bytes = copy_.part(begin, at_ - begin);
            if (i == 8 && !bytes.empty()) name = std::to_integer<std::uint64_t>(bytes[0]);
        }
        if (name > 0) open(std::min(name, end - at_));
        if (end - at_ < header_size) return;
        if (const auto header = take_header()) take_blip(*header, std::min(end, at_ + header->length));
    }
    void take_blip(const RecordHeader& header, std::uint64_t end) {
        // The instances of blips that have a second id.
        constexpr std::array<std::uint16_t, 8> two_ids{0x217, 0x3D5, 0x46B, 0x543,
                                                       0x6E1, 0x6E3, 0x6E5, 0x7A9};
        const int ids = std::ranges::find(two_ids, header.instance) == two_ids.end() ? 1 : 2;
        for (int i = 0; i < ids; ++i)
            open(std::min<std::uint64_t>(16, end - at_));
        const bool metafile = header.type >= first_metafile && header.type <= last_metafile;
        open(std::min<std::uint64_t>(metafile ? 34 : 1, end - at_));
        open(end - at_);
    }

    const unlock::Rc4Lock& lock_;
    Copy& copy_;
    std::uint64_t at_ = 0;
};

class PptLock final : public DocumentLock {
public:
    PptLock(Directory directory, CfbStream document, unlock::Rc4Lock lock)
        : directory_(std::move(directory)), document_(std::move(document)), lock_(std::move(lock)) {}

    unlock::PasswordBytes password_bytes() const override { return unlock::PasswordBytes::utf16le; }
    unlock::Price price() const override { return lock_.price(); }
    Fit fit_of(std::string_view password) override { return lock_.fits(password) ? Fit::exact : Fit::no; }

    bool decrypt(Cfb& cfb, Budget& budget, CfbEdit& edit) override {
        bool whole = !directory_.damaged && !document_.truncated;
        whole = decrypt_stream(cfb, "PowerPoint Document", budget, edit,
                               [&](Copy& copy) { return open_objects(copy, budget); }) &&
                whole;
        whole = decrypt_stream(cfb, "Pictures", budget, edit,
                               [&](Copy& copy) { return PictureDecryptor(lock_, copy).run(); }) &&
                whole;
        return decrypt_stream(cfb, "Current User", budget, edit,
                              [](Copy& copy) {
                                  const auto token = unlock::number_bytes(plain_token);
                                  std::ranges::copy(token, copy.part(token_offset, token.size()).begin());
                                  return true;
                              }) &&
               whole;
    }

private:
    template <class Open>
    bool decrypt_stream(Cfb& cfb, std::string_view name, Budget& budget, CfbEdit& edit, const Open& open) {
        const auto index = cfb.find_in_root(name);
        if (!index) return true;
        const CfbStream stream = cfb.read(*index, budget);
        Copy copy(stream.bytes, budget);
        if (!copy.there()) return false;
        const bool whole = open(copy);
        Output plain(budget);
        const bool room = plain.write(copy.view());
        edit.replace(*index, std::move(plain));
        return room && whole && !stream.truncated;
    }

    bool open_objects(Copy& copy, Budget& budget) {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> by_offset;
        for (const auto& [id, offset] : directory_.objects)
            by_offset.emplace_back(offset, id);
        std::ranges::sort(by_offset);
        bool whole = true;
        for (std::size_t i = 0; i < by_offset.size(); ++i) {
            const auto [offset, id] = by_offset[i];
            const std::uint64_t end = i + 1 < by_offset.size() ? by_offset[i + 1].first : copy.view().size();
            if (!budget.spend_steps(header_size)) return false;
            if (end == offset || offset == directory_.session_offset()) continue;
            whole = open_object(copy, offset, id, std::max<std::uint64_t>(end, offset)) && whole;
        }
        clear_marks(copy);
        return whole;
    }

    // False: the record does not end where the next begins at the latest.
    bool open_object(Copy& copy, std::uint32_t offset, std::uint32_t id, std::uint64_t end) {
        unlock::Rc4 rc4 = lock_.block(id);
        const std::span<std::byte> head =
            copy.part(offset, std::min<std::uint64_t>(header_size, end - offset));
        rc4.apply(head, head);
        base::Cursor at(head);
        const auto header = read_header(at);
        if (!header) return false;
        const std::uint64_t room = end - offset - header_size;
        const std::span<std::byte> data =
            copy.part(offset + std::uint64_t{header_size}, std::min<std::uint64_t>(header->length, room));
        rc4.apply(data, data);
        return data.size() == header->length;
    }

    // No edit points at the lock any more, and where it was are zeros. All records stay where they are.
    void clear_marks(Copy& copy) const {
        for (const std::uint32_t edit : directory_.edits)
            std::ranges::fill(copy.part(std::uint64_t{edit} + session_ref_offset, 4), std::byte{0});
        const auto session = directory_.session_offset();
        if (!session) return;
        base::Cursor at(copy.part(*session, header_size));
        if (const auto header = read_header(at))
            std::ranges::fill(copy.part(*session + std::uint64_t{header_size}, header->length), std::byte{0});
    }

    Directory directory_;
    CfbStream document_;  // keeps the bytes of the lock alive
    unlock::Rc4Lock lock_;
};

base::Result<unlock::Rc4Lock> read_session(base::Bytes document, const Directory& directory) {
    const auto offset = directory.session_offset();
    if (!offset) return base::fail(base::Cause::malformed, "no CryptSession10Container");
    base::Cursor at(document);
    SEKISHO_TRY(at.seek(*offset));
    const RecordHeader header = SEKISHO_TRY(read_header(at));
    if (header.type != crypt_session) return base::fail(base::Cause::malformed, "no CryptSession10Container");
    return unlock::Rc4Lock::open(base::head(at.rest(), header.length));
}

}  // namespace

DocumentLockResult open_ppt_lock(Cfb& cfb, Budget& budget) {
    const auto main_stream = cfb.find_in_root("PowerPoint Document");
    const auto user_stream = cfb.find_in_root("Current User");
    if (!user_stream) return nullptr;
    const CfbStream user = cfb.read(*user_stream, budget, 4'096);
    const bool says_so = is_encrypted_presentation(user.bytes);
    if (!main_stream) {
        if (!says_so) return nullptr;
        return base::fail(base::Cause::malformed, "no PowerPoint Document");
    }
    CfbStream document = cfb.read(*main_stream, budget);
    if (!budget.spend_steps(document.bytes.size())) return nullptr;
    Directory directory = read_directory(user.bytes, document.bytes);
    if (!says_so && directory.session == 0) return nullptr;
    const unlock::Rc4Lock lock = SEKISHO_TRY(read_session(document.bytes, directory));
    return std::make_unique<PptLock>(std::move(directory), std::move(document), lock);
}

}  // namespace sekisho::scanner::office

#include "scanner/containers/chm_open.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/chm_reader.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;

constexpr std::uint64_t steps_per_entry = 1'000;
constexpr std::uint64_t steps_per_piece = 100'000;  // what is unpacked unseen

std::uint64_t end_of(const ChmEntry& entry) {
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - entry.offset;
    return entry.offset + std::min(entry.size, room);
}

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        auto reader = ChmReader::open(part_.bytes, budget_);
        if (!reader) return complain(reader.error());
        if (reader->is_damaged()) damaged("its directory is broken");
        const auto entries = reader->entries();
        unpack(*reader, entries);
        for (const ChmEntry& entry : entries) {
            if (!budget_.spend_steps(steps_per_entry) || !take(entry)) return;
        }
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }
    void damaged(std::string_view evidence) {
        if (!std::exchange(said_damaged_, true)) find("archive.damaged", evidence);
    }
    // A limit is told by the Budget.
    void complain(const base::Error& error) {
        if (error.cause != Cause::limit) damaged(error.message);
    }

    // The compressed section, of which files are views: in one piece, unless it breaks. Then the next file
    // that begins behind the break is tried, as other readers do.
    void unpack(ChmReader& reader, const std::vector<ChmEntry>& entries) {
        std::set<std::uint64_t> starts;
        std::uint64_t size = 0;
        for (const ChmEntry& entry : entries) {
            if (!entry.packed || entry.size == 0) continue;
            starts.insert(entry.offset);
            size = std::max(size, end_of(entry));
        }
        std::uint64_t from = 0;
        while (from < size && !limited_) {
            const std::uint64_t broke_at = unpack_piece(reader, from, size);
            const auto next = starts.upper_bound(broke_at);
            from = next == starts.end() || !budget_.spend_steps(steps_per_piece) ? size : *next;
        }
        // What does not shrink stands in it as it is; bytes that the decoder never needs may be anything.
        if (size > 0) extraction_.covers(reader.section(!limited_ && pieces_.size() == 1));
    }

    // Where it ended.
    std::uint64_t unpack_piece(ChmReader& reader, std::uint64_t from, std::uint64_t size) {
        Output output = extraction_.new_output();
        const auto result = reader.unpack(
            from, size - from, [&](Bytes bytes) { return output.write(bytes) && !output.truncated(); });
        if (!result) {
            complain(result.error());
            limited_ = result.error().cause == Cause::limit;
        }
        StoragePtr content = std::move(output).finish();
        const std::uint64_t end = from + (content != nullptr ? content->bytes().size() : 0);
        if (end > from) pieces_.emplace(from, std::move(content));
        return result ? size : end;
    }

    // Where the file begins in what was unpacked, and who owns it.
    std::pair<Bytes, StoragePtr> content_of(const ChmEntry& entry) const {
        const auto behind = pieces_.upper_bound(entry.offset);
        if (behind == pieces_.begin()) return {};
        const auto& [begin, content] = *std::prev(behind);
        const Bytes all = content->bytes();
        const std::uint64_t at = entry.offset - begin;
        if (at >= all.size()) return {};
        return {all.subspan(static_cast<std::size_t>(at)), content};
    }

    std::pair<Bytes, StoragePtr> stored(const ChmEntry& entry) const {
        const auto begin =
            static_cast<std::size_t>(std::min<std::uint64_t>(entry.offset, part_.bytes.size()));
        return {part_.bytes.subspan(begin), nullptr};
    }

    // False: the budget is spent.
    bool take(const ChmEntry& entry) {
        std::string_view name = entry.name;
        if (name.ends_with('/') && entry.size == 0) return true;
        if (name.starts_with('/')) name.remove_prefix(1);
        ChildSpec spec{.name = std::string(name), .opened_by = "chm"};
        const auto [all, content] = entry.packed ? content_of(entry) : stored(entry);
        const Bytes bytes =
            base::head(all, static_cast<std::size_t>(std::min<std::uint64_t>(entry.size, all.size())));
        if (bytes.size() < entry.size) {
            if (!limited_) damaged(fmt::format("{}: it ends too soon", name));
            if (bytes.empty()) {
                find("archive.member-skipped", name);
                return extraction_.add_skipped(std::move(spec));
            }
            spec.flags.set(PartFlag::truncated);
        }
        // Files may share their bytes, and each is looked at.
        if (!budget_.spend_bytes(bytes.size())) return false;
        return extraction_.add_child(std::move(spec), bytes, content);
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    std::map<std::uint64_t, StoragePtr> pieces_;  // of the compressed section, by where they begin
    bool limited_ = false;
    bool said_damaged_ = false;
};

Confidence recognise(Bytes head, std::string_view) {
    return base::as_text(head).starts_with(std::string_view("ITSF\x03\x00\x00\x00", 8)) ? sure_match
                                                                                        : no_match;
}

void open(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

void inspect(const Part& part, Findings& findings) { findings.add("file.script", part.id, part.name); }

}  // namespace

constinit const Format chm_format{.name = "html-help",
                                  .type = "application/vnd.ms-htmlhelp",
                                  .extensions = "chm",
                                  .recognise = recognise,
                                  .open = open,
                                  .inspect = inspect,
                                  .holds = Holds::suspiciously};

}  // namespace sekisho::scanner::containers

#include "scanner/containers/chm_open.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "scanner/containers/chm_reader.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;

constexpr std::uint64_t steps_per_entry = 1'000;

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

    // The whole compressed section, of which files are views.
    void unpack(ChmReader& reader, const std::vector<ChmEntry>& entries) {
        std::uint64_t size = 0;
        for (const ChmEntry& entry : entries) {
            if (entry.packed) size = std::max(size, end_of(entry));
        }
        if (size == 0) return;
        Output output = extraction_.new_output();
        const auto result =
            reader.unpack(size, [&](Bytes bytes) { return output.write(bytes) && !output.truncated(); });
        if (!result) {
            complain(result.error());
            limited_ = result.error().cause == Cause::limit;
        }
        content_ = std::move(output).finish();
        // What does not shrink stands in it as it is; bytes that the decoder never needs may be anything.
        extraction_.covers(reader.section(!limited_));
    }

    // False: the budget is spent.
    bool take(const ChmEntry& entry) {
        std::string_view name = entry.name;
        if (name.ends_with('/') && entry.size == 0) return true;
        if (name.starts_with('/')) name.remove_prefix(1);
        ChildSpec spec{.name = std::string(name), .opened_by = "chm"};
        const Bytes all = !entry.packed ? part_.bytes : content_ != nullptr ? content_->bytes() : Bytes();
        const auto begin = static_cast<std::size_t>(std::min<std::uint64_t>(entry.offset, all.size()));
        const Bytes bytes = base::head(
            all.subspan(begin), static_cast<std::size_t>(std::min<std::uint64_t>(entry.size, all.size())));
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
        return extraction_.add_child(std::move(spec), bytes, entry.packed ? content_ : nullptr);
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    StoragePtr content_;
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

#include "scanner/containers/wim_open.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "scanner/containers/wim_headers.h"
#include "scanner/containers/wim_resource.h"
#include "scanner/unlock/office_crypto.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;
using base::Cause;

constexpr std::uint64_t steps_per_file = 1'000;
constexpr std::uint64_t memory_per_byte =
    4;  // of the table: a blob takes 50 there, and with its maps 200 here

Sha1 sha1_of(Bytes bytes) {
    const unlock::Digest digest = unlock::digest(unlock::HashAlgorithm::sha1, {bytes});
    Sha1 out{};
    std::ranges::transform(digest.bytes(), out.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return out;
}

// Plain bytes and what keeps them: the file itself where `storage` is null.
struct Plain {
    Bytes bytes;
    StoragePtr storage;
    bool truncated = false;  // a limit cut them
    bool damaged = false;
};

// Resources unpack one behind the other, and blobs count from the first of them.
struct SolidRun {
    std::vector<std::size_t> resources;  // indices of blobs
    std::vector<std::uint64_t> begins;   // where the bytes of each begin
};

class Opening {
public:
    Opening(const Part& part, Extraction& extraction)
        : part_(part), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        const auto header = read_wim_header(part_.bytes);
        if (!header) return complain(header.error());
        header_ = *header;
        if (header_.parts > 1) damaged(fmt::format("part {} of {}", header_.part, header_.parts));
        const auto table = plain_of(header_.blobs);
        if (!table) {
            if (header_.images > 0) damaged("its table of blobs cannot be read");
            return;
        }
        const std::uint64_t memory = memory_per_byte * table->bytes.size();
        if (!budget_.spend_steps(table->bytes.size()) || !budget_.spend_resident(memory)) return;
        blobs_ = read_wim_blobs(table->bytes);
        cover_resources();
        sort_blobs();
        if (read_images()) add_unnamed();
        budget_.return_resident(memory);
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
        if (error.cause == Cause::limit) return;
        if (error.cause == Cause::unsupported) return find("archive.unsupported", error.message);
        damaged(error.message.empty() ? "it ends too soon" : error.message);
    }

    // Chunks that do not shrink stand in them as they are. What is in between is no WIM's.
    void cover_resources() {
        for (const WimBlob& blob : blobs_) {
            const bool in_solid = blob.resource.solid && !blob.is_solid_resource();
            if (in_solid || !base::in_range(blob.resource.offset, blob.resource.packed, part_.bytes.size()))
                continue;
            extraction_.covers(part_.bytes.subspan(static_cast<std::size_t>(blob.resource.offset),
                                                   static_cast<std::size_t>(blob.resource.packed)));
        }
    }

    void sort_blobs() {
        run_of_.resize(blobs_.size());
        named_.resize(blobs_.size());
        for (std::size_t i = 0; i < blobs_.size(); ++i) {
            if (!blobs_[i].resource.solid) {
                by_hash_.try_emplace(blobs_[i].hash, i);
                continue;
            }
            if (i == 0 || !blobs_[i - 1].resource.solid) runs_.emplace_back();
            run_of_[i] = runs_.size() - 1;
            if (blobs_[i].is_solid_resource()) {
                runs_.back().resources.push_back(i);
            } else {
                by_hash_.try_emplace(blobs_[i].hash, i);
            }
        }
        for (SolidRun& run : runs_)
            find_begins(run);
    }

    // Behind a resource that says nothing of its size no blob can be found.
    void find_begins(SolidRun& run) {
        std::uint64_t begin = 0;
        for (const std::size_t index : run.resources) {
            const auto packed = find_wim_resource(part_.bytes, header_, blobs_[index].resource);
            if (!packed) return complain(packed.error());
            run.begins.push_back(begin);
            if (packed->size > std::numeric_limits<std::uint64_t>::max() - begin) return;
            begin += packed->size;
        }
    }

    // What a resource holds, on its own; empty where nothing of it can be read, which is told.
    std::optional<Plain> plain_of(const WimResource& resource) {
        const auto packed = find_wim_resource(part_.bytes, header_, resource);
        if (!packed) {
            complain(packed.error());
            return std::nullopt;
        }
        if (packed->method == WimMethod::none && packed->size <= packed->chunks.size() && !packed->solid) {
            if (!budget_.spend_bytes(packed->size)) return std::nullopt;
            return Plain{.bytes = packed->chunks.first(static_cast<std::size_t>(packed->size)),
                         .storage = nullptr};
        }
        Output output = extraction_.new_output();
        const auto result = unpack_wim(
            *packed, budget_, [&](Bytes bytes) { return output.write(bytes) && !output.truncated(); });
        Plain out;
        if (!result) {
            complain(result.error());
            out.truncated = result.error().cause == Cause::limit;
            out.damaged = !out.truncated;
        }
        if (output.size() == 0) return std::nullopt;
        out.storage = std::move(output).finish();
        out.bytes = out.storage->bytes();
        return out;
    }

    // A blob of a solid resource is a view into all of it, which is unpacked once.
    std::optional<Plain> solid_plain_of(std::size_t index) {
        std::uint64_t offset = blobs_[index].resource.offset;
        const std::uint64_t size = blobs_[index].resource.packed;
        const SolidRun& run = runs_[run_of_[index]];
        const auto behind = std::ranges::upper_bound(run.begins, offset);
        if (behind == run.begins.begin()) return std::nullopt;
        const auto at = static_cast<std::size_t>(behind - run.begins.begin()) - 1;
        offset -= run.begins[at];
        const std::size_t resource = run.resources[at];
        if (!unpacked_.contains(resource)) unpacked_.emplace(resource, plain_of(blobs_[resource].resource));
        const std::optional<Plain>& whole = unpacked_.at(resource);
        if (!whole || !base::in_range(offset, size, whole->bytes.size())) return std::nullopt;
        if (!budget_.spend_bytes(size)) return std::nullopt;
        Plain out = *whole;
        out.bytes = out.bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
        return out;
    }

    std::optional<Plain> plain_of_blob(std::size_t index) {
        if (blobs_[index].part != header_.part) return std::nullopt;
        if (blobs_[index].resource.solid) return solid_plain_of(index);
        const auto known = unpacked_.find(index);
        if (known == unpacked_.end())
            return unpacked_.emplace(index, plain_of(blobs_[index].resource)).first->second;
        // The same bytes under another name are looked at once more.
        const bool room = known->second && budget_.spend_bytes(known->second->bytes.size());
        return room ? known->second : std::nullopt;
    }

    // False: the budget is spent.
    bool read_images() {
        std::size_t images = 0;
        for (std::size_t i = 0; i < blobs_.size(); ++i) {
            if (!blobs_[i].resource.metadata) continue;
            ++images;
            named_[i] = true;
            const auto metadata = plain_of_blob(i);
            if (!metadata) {
                damaged("the metadata of an image cannot be read");
                continue;
            }
            if (!budget_.spend_steps(metadata->bytes.size())) return false;
            const WimTree tree = read_wim_tree(metadata->bytes, budget_.limits().max_parts, budget_);
            if (tree.damaged) damaged("the metadata of an image is broken");
            for (const WimFile& file : tree.files) {
                if (!budget_.spend_steps(steps_per_file) || !add_file(file)) return false;
            }
        }
        if (images < header_.images) damaged(fmt::format("{} of {} images", images, header_.images));
        return true;
    }

    bool add_file(const WimFile& file) {
        if (file.hash == Sha1{}) return extraction_.add_child({.name = file.path, .opened_by = "wim"}, {});
        const auto at = by_hash_.find(file.hash);
        if (at != by_hash_.end()) return add_blob(file.path, at->second);
        find("archive.member-skipped", file.path);
        return extraction_.add_skipped({.name = file.path, .opened_by = "wim"});
    }

    bool add_blob(const std::string& path, std::size_t index) {
        named_[index] = true;
        ChildSpec spec{.name = path, .opened_by = "wim"};
        const auto plain = plain_of_blob(index);
        if (!plain) {
            find("archive.member-skipped", path);
            return extraction_.add_skipped(std::move(spec));
        }
        if (plain->truncated) spec.flags.set(PartFlag::truncated);
        if (!budget_.spend_steps(plain->bytes.size())) return false;
        if (!plain->truncated && sha1_of(plain->bytes) != blobs_[index].hash) {
            spec.flags.set(PartFlag::damaged);
            damaged(fmt::format("{}: its SHA-1 does not hold", path));
        }
        return extraction_.add_child(std::move(spec), plain->bytes, plain->storage);
    }

    void add_unnamed() {
        for (std::size_t i = 0; i < blobs_.size(); ++i) {
            if (named_[i] || blobs_[i].is_solid_resource()) continue;
            if (!budget_.spend_steps(steps_per_file)) return;
            if (!add_blob(base::hex(std::as_bytes(std::span(blobs_[i].hash))), i)) return;
        }
    }

    const Part& part_;
    Extraction& extraction_;
    Budget& budget_;
    WimHeader header_;
    std::vector<WimBlob> blobs_;
    std::map<Sha1, std::size_t> by_hash_;
    std::vector<SolidRun> runs_;
    std::vector<std::size_t> run_of_;                       // by blob; of solid ones
    std::vector<bool> named_;                               // by blob: an image names it
    std::map<std::size_t, std::optional<Plain>> unpacked_;  // by blob; empty where it failed
    bool said_damaged_ = false;
};

}  // namespace

Confidence is_wim(Bytes bytes, std::string_view) {
    return base::as_text(bytes).starts_with(std::string_view("MSWIM\0\0\0", 8)) ? sure_match : no_match;
}

void open_wim(const Part& part, Extraction& extraction) { Opening(part, extraction).run(); }

}  // namespace sekisho::scanner::containers

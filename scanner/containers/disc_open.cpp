#include "scanner/containers/disc_open.h"

#include <utility>

#include "scanner/containers/archive_open.h"
#include "scanner/containers/disk.h"
#include "scanner/containers/image_files.h"
#include "scanner/containers/volumes.h"

namespace sekisho::scanner::containers {

namespace {

// Hands everything on, and remembers what went through.
class Watched final : public Extraction {
public:
    Watched(Extraction& inner, ImageFiles& files) : inner_(inner), files_(files) {}

    Budget& budget() override { return inner_.budget(); }
    Findings& findings() override { return inner_.findings(); }
    const Passwords& passwords() const override { return inner_.passwords(); }
    Passwords& harvest() override { return inner_.harvest(); }
    model::MessageFacts& message() override { return inner_.message(); }
    bool is_outermost_message() const override { return inner_.is_outermost_message(); }

    bool add_child(ChildSpec spec, base::Bytes bytes, StoragePtr storage = nullptr) override {
        return files_.note_given(spec.name, bytes) &&
               inner_.add_child(std::move(spec), bytes, std::move(storage));
    }
    Output new_output() override { return inner_.new_output(); }
    bool add_child(ChildSpec spec, Output output) override {
        return files_.note_given(spec.name, output.view()) &&
               inner_.add_child(std::move(spec), std::move(output));
    }
    bool add_skipped(ChildSpec spec) override { return inner_.add_skipped(std::move(spec)); }
    void covers(base::Bytes bytes) override { inner_.covers(bytes); }

private:
    Extraction& inner_;
    ImageFiles& files_;
};

}  // namespace

void open_disc(const Part& part, Extraction& extraction) {
    constexpr std::uint32_t sector = 512;  // of a partition table, where the disc has one
    ImageFiles files(part, extraction);
    Watched watched(extraction, files);
    open_archive(part, watched, ArchiveKind::iso9660);
    read_disk(Disk(part.bytes), sector, files);
    files.report();
}

}  // namespace sekisho::scanner::containers

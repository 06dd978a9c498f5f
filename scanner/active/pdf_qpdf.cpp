#include "scanner/active/pdf_qpdf.h"

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>

#include "base/hash.h"

namespace sekisho::scanner::active {

namespace {

// A byte that is parsed costs more than one that is only decoded; and qpdf reads 128 of them for any token.
constexpr std::uint64_t steps_per_byte = 4;
constexpr std::uint64_t least_steps = 64;
constexpr std::uint64_t steps_per_complaint = 2'000'000;  // for each piece of its text, of which it has three

std::uintptr_t here() {
    // NOLINTNEXTLINE(*-reinterpret-cast): compared, never followed
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

// Where complaints go. qpdf keeps their texts itself; here they bound what it does in memory, where it reads
// objects out of streams that it has unpacked.
class ComplaintPipeline final : public Pipeline {
public:
    explicit ComplaintPipeline(Budget& budget) : Pipeline("complaints", nullptr), budget_(budget) {}
    void write(unsigned char const* /*data*/, std::size_t /*length*/) override {
        if (!budget_.spend_steps(steps_per_complaint)) throw Stopped{};
    }
    void finish() override {}

private:
    Budget& budget_;
};

}  // namespace

StackGuard::StackGuard(Budget& budget) : budget_(budget), begin_(here()) {}

void StackGuard::check() const {
    constexpr std::uintptr_t most = 2u << 20;
    const std::uintptr_t now = here();
    if ((now > begin_ ? now - begin_ : begin_ - now) <= most) return;
    budget_.reach("limit.depth");
    throw Stopped{};
}

void MeteredInput::seek(qpdf_offset_t offset, int whence) {
    const auto size = static_cast<qpdf_offset_t>(file_.size());
    const auto from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell() : size;
    if (offset < -from) throw std::runtime_error("seek before the beginning");
    at_ = static_cast<std::size_t>(offset > size - from ? size : from + offset);
}

std::size_t MeteredInput::read(char* buffer, std::size_t length) {
    const base::Bytes piece = base::head(file_.subspan(at_), length);
    charge(piece.size());
    setLastOffset(tell());
    std::ranges::copy(base::as_text(piece), buffer);
    at_ += piece.size();
    return piece.size();
}

qpdf_offset_t MeteredInput::findAndSkipNextEOL() {
    const std::string_view text = base::as_text(file_);
    const std::size_t end = std::min(text.find_first_of("\r\n", at_), text.size());
    const std::size_t next = std::min(text.find_first_not_of("\r\n", end), text.size());
    charge(next - at_);
    at_ = next;
    return static_cast<qpdf_offset_t>(end);
}

void MeteredInput::charge(std::size_t bytes) const {
    guard_.check();
    if (!budget_.spend_steps(least_steps + bytes * steps_per_byte)) throw Stopped{};
}

void OutputPipeline::write(unsigned char const* data, std::size_t length) {
    if (stopped_) return;
    stopped_ = !output_.write(std::as_bytes(std::span(data, length))) || !budget_.spend_steps(length);
    if (stopped_) throw Stopped{};
}

Document::Document(base::Bytes file, std::string_view key, Budget& budget) {
    auto logger = QPDFLogger::create();
    logger->setWarn(std::make_shared<ComplaintPipeline>(budget));
    qpdf_.setLogger(logger);
    qpdf_.setPasswordIsHexKey(true);
    opened_ = guarded([&] {
        qpdf_.processInputSource(std::make_shared<MeteredInput>(file, budget),
                                 base::hex(base::as_bytes(key)).c_str());
    });
}

}  // namespace sekisho::scanner::active

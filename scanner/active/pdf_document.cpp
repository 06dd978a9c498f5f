#include "scanner/active/pdf_document.h"

// qpdf's headers warn unless they are told which of its two generations of pointers is meant; 4 is the last.
#define POINTERHOLDER_TRANSITION 4  // NOLINT(cppcoreguidelines-macro-usage)
// As C++20, clang cannot compile JSON.hh (a vector of a class within that class). Nothing here needs more of
// it than its name.
#define JSON_HH  // NOLINT(cppcoreguidelines-macro-usage)
class JSON;

#include <qpdf/InputSource.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFLogger.hh>
#include <qpdf/QPDFWriter.hh>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <span>

#include <fmt/format.h>

#include "base/hash.h"

namespace sekisho::scanner::active {

namespace {

// Thrown through qpdf, which takes any std::exception for damage and goes on.
struct Stopped {};

// A byte that is parsed costs more than one that is only decoded; and qpdf reads 128 of them for any token.
constexpr std::uint64_t steps_per_byte = 4;
constexpr std::uint64_t least_steps = 64;
constexpr std::uint64_t steps_per_complaint = 2'000'000;  // for each piece of its text, of which it has three

// A stream's /Length may be an object that is a stream with such a /Length: qpdf resolves it by recursion.
// The stack of a thread is 8 MB.
class StackGuard {
public:
    StackGuard() : begin_(here()) {}
    void check() const {
        constexpr std::uintptr_t most = 2u << 20;
        const std::uintptr_t now = here();
        if ((now > begin_ ? now - begin_ : begin_ - now) > most) throw Stopped{};
    }

private:
    static std::uintptr_t here() {
        // NOLINTNEXTLINE(*-reinterpret-cast): compared, never followed
        return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    }
    std::uintptr_t begin_;
};

// The file, in memory, with a price.
class MeteredInput final : public InputSource {
public:
    MeteredInput(base::Bytes file, Budget& budget) : file_(file), budget_(budget) {}

    std::string const& getName() const override { return name_; }
    qpdf_offset_t tell() override { return static_cast<qpdf_offset_t>(at_); }
    void rewind() override { at_ = 0; }
    void unreadCh(char) override { at_ -= at_ > 0 ? 1 : 0; }

    void seek(qpdf_offset_t offset, int whence) override {
        const auto size = static_cast<qpdf_offset_t>(file_.size());
        const auto from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? tell() : size;
        if (offset < -from) throw std::runtime_error("seek before the beginning");
        at_ = static_cast<std::size_t>(offset > size - from ? size : from + offset);
    }

    std::size_t read(char* buffer, std::size_t length) override {
        const base::Bytes piece = base::head(file_.subspan(at_), length);
        charge(piece.size());
        setLastOffset(tell());
        std::ranges::copy(base::as_text(piece), buffer);
        at_ += piece.size();
        return piece.size();
    }

    qpdf_offset_t findAndSkipNextEOL() override {
        const std::string_view text = base::as_text(file_);
        const std::size_t end = std::min(text.find_first_of("\r\n", at_), text.size());
        const std::size_t next = std::min(text.find_first_not_of("\r\n", end), text.size());
        charge(next - at_);
        at_ = next;
        return static_cast<qpdf_offset_t>(end);
    }

private:
    void charge(std::size_t bytes) const {
        guard_.check();
        if (!budget_.spend_steps(least_steps + bytes * steps_per_byte)) throw Stopped{};
    }

    base::Bytes file_;
    Budget& budget_;
    std::string name_ = "PDF";
    StackGuard guard_;
    std::size_t at_ = 0;
};

// Into the Output. Throws once: what unwinds on the way out may write again.
class OutputPipeline final : public Pipeline {
public:
    OutputPipeline(Output& output, Budget& budget)
        : Pipeline("output", nullptr), output_(output), budget_(budget) {}

    void write(unsigned char const* data, std::size_t length) override {
        if (stopped_) return;
        stopped_ = !output_.write(std::as_bytes(std::span(data, length))) || !budget_.spend_steps(length);
        if (stopped_) throw Stopped{};
    }
    void finish() override {}

private:
    Output& output_;
    Budget& budget_;
    bool stopped_ = false;
};

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

// Runs what calls qpdf. Out of memory is for the caller of all.
template <class Work>
base::Result<void> guarded(Work work) {
    try {
        work();
        return {};
    } catch (const Stopped&) {
        return base::fail(base::Cause::limit);
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const QPDFExc& error) {
        return base::fail(base::Cause::malformed, error.getMessageDetail());
    } catch (const std::exception& error) {
        return base::fail(base::Cause::malformed, error.what());
    }
}

// A document as qpdf has it. `key`: of the document, as bytes; its strings and streams are read with it.
class Document {
public:
    Document(base::Bytes file, std::string_view key, Budget& budget) {
        auto logger = QPDFLogger::create();
        logger->setWarn(std::make_shared<ComplaintPipeline>(budget));
        qpdf_.setLogger(logger);
        qpdf_.setPasswordIsHexKey(true);
        opened_ = guarded([&] {
            qpdf_.processInputSource(std::make_shared<MeteredInput>(file, budget),
                                     base::hex(base::as_bytes(key)).c_str());
        });
    }

    QPDF& qpdf() { return qpdf_; }
    const base::Result<void>& opened() const { return opened_; }

private:
    QPDF qpdf_;
    base::Result<void> opened_;
};

std::string text_at(QPDFObjectHandle dictionary, const std::string& key) {
    QPDFObjectHandle value = dictionary.getKey(key);
    return value.isString() ? value.getStringValue() : std::string();
}
std::int64_t number_at(QPDFObjectHandle dictionary, const std::string& key) {
    QPDFObjectHandle value = dictionary.getKey(key);
    return value.isInteger() ? value.getIntValue() : 0;
}

unlock::PdfEncryption read_encryption(QPDFObjectHandle trailer, QPDFObjectHandle dictionary) {
    unlock::PdfEncryption out;
    out.version = number_at(dictionary, "/V");
    out.revision = number_at(dictionary, "/R");
    out.key_bits = number_at(dictionary, "/Length");
    out.permissions = static_cast<std::uint32_t>(number_at(dictionary, "/P"));
    out.owner = text_at(dictionary, "/O");
    out.user = text_at(dictionary, "/U");
    out.owner_key = text_at(dictionary, "/OE");
    out.user_key = text_at(dictionary, "/UE");
    QPDFObjectHandle metadata = dictionary.getKey("/EncryptMetadata");
    out.encrypts_metadata = out.version < 4 || !metadata.isBool() || metadata.getBoolValue();
    QPDFObjectHandle id = trailer.getKey("/ID");
    if (id.isArray() && id.getArrayNItems() > 0 && id.getArrayItem(0).isString())
        out.id = id.getArrayItem(0).getStringValue();
    return out;
}

// By the filter of streams; up to version 3 there is but one.
std::string cipher_of(QPDF& qpdf, const unlock::PdfEncryption& encryption) {
    if (encryption.version < 4)
        return encryption.version == 1 ? "RC4, 40 bits" : fmt::format("RC4, {} bits", encryption.key_bits);
    int revision = 0;
    int permissions = 0;
    int version = 0;
    QPDF::encryption_method_e streams = QPDF::e_unknown;
    QPDF::encryption_method_e strings = QPDF::e_unknown;
    QPDF::encryption_method_e files = QPDF::e_unknown;
    qpdf.isEncrypted(revision, permissions, version, streams, strings, files);
    constexpr std::array names{"streams in plain", "unknown cipher", "RC4, 128 bits", "AES, 128 bits",
                               "AES, 256 bits"};
    return names.at(std::min<std::size_t>(streams, names.size() - 1));
}

bool has_plain_strings(QPDFObjectHandle dictionary) {
    QPDFObjectHandle filter = dictionary.getKey("/StrF");
    return number_at(dictionary, "/V") >= 4 && (!filter.isName() || filter.getName() == "/Identity");
}

// Names of the first few, whatever their objects hold.
std::vector<std::string> attachments_of(QPDF& qpdf) {
    constexpr std::size_t most = 5;
    std::vector<std::string> out;
    for (const auto& [name, file] : QPDFEmbeddedFileDocumentHelper(qpdf).getEmbeddedFiles()) {
        if (out.size() == most) break;
        out.push_back(file->getFilename());
    }
    return out;
}

// Old cross-reference streams stay as streams of no type: whoever looks for trailers everywhere would take
// the copy for a locked one. Their bytes stay, since the document may use any of them, whatever its type
// says.
void drop_old_trailers(QPDF& qpdf) {
    for (QPDFObjectHandle& object : qpdf.getAllObjects()) {
        if (!object.isStreamOfType("/XRef")) continue;
        QPDFObjectHandle dictionary = object.getDict();
        for (const char* key : {"/Encrypt", "/Type", "/W"})
            dictionary.removeKey(key);
    }
}

}  // namespace

base::Result<PdfFacts> read_pdf_facts(base::Bytes file, Budget& budget) {
    // Names, numbers and structure are never encrypted, so another key than the document's does.
    constexpr std::size_t longest_key = 32;
    Document document(file, std::string(longest_key, '\0'), budget);
    QPDF& qpdf = document.qpdf();
    PdfFacts facts;
    QPDFObjectHandle dictionary;
    auto read = guarded([&] {
        QPDFObjectHandle trailer = qpdf.getTrailer();
        if (!trailer.isInitialized() || !trailer.isDictionary()) return;
        facts.encrypted = trailer.hasKey("/Encrypt");
        dictionary = trailer.getKey("/Encrypt");
        if (!dictionary.isDictionary()) return;
        QPDFObjectHandle filter = dictionary.getKey("/Filter");
        if (filter.isName()) facts.handler = filter.getName().substr(1);
        facts.encryption = read_encryption(trailer, dictionary);
        facts.cipher = cipher_of(qpdf, facts.encryption);
    });
    if (!read) return std::unexpected(read.error());
    if (!document.opened() && !facts.encrypted) return std::unexpected(document.opened().error());
    if (!facts.encrypted || !dictionary.isDictionary()) return facts;
    // Where the catalogue lies in an object stream, or is broken, the rest is not seen.
    (void)guarded([&] {
        QPDFObjectHandle root = qpdf.getTrailer().getKey("/Root");
        if (!root.isDictionary() || !root.getKey("/Pages").isDictionary()) return;
        QPDFObjectHandle count = root.getKey("/Pages").getKey("/Count");
        if (count.isInteger()) facts.pages = count.getIntValue();
        if (has_plain_strings(dictionary)) facts.attachments = attachments_of(qpdf);
    });
    return facts;
}

PdfCopy write_plain_pdf(base::Bytes file, std::string_view key, Budget& budget, Output& output) {
    Document document(file, key, budget);
    QPDF& qpdf = document.qpdf();
    auto done = document.opened();
    if (done) {
        done = guarded([&] {
            drop_old_trailers(qpdf);
            OutputPipeline pipeline(output, budget);
            QPDFWriter writer(qpdf);
            writer.setOutputPipeline(&pipeline);
            writer.setPreserveEncryption(false);
            writer.setPreserveUnreferencedObjects(true);
            writer.setStreamDataMode(qpdf_s_preserve);
            writer.setObjectStreamMode(qpdf_o_disable);
            writer.setDeterministicID(true);
            writer.write();
        });
    }
    PdfCopy out{.whole = done.has_value() && !qpdf.anyWarnings()};
    if (const auto warnings = qpdf.getWarnings(); !warnings.empty())
        out.problem = warnings.front().getMessageDetail();
    if (!done && out.problem.empty()) out.problem = done.error().message;
    return out;
}

}  // namespace sekisho::scanner::active

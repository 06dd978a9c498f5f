#include "scanner/active/pdf_document.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "scanner/active/pdf_qpdf.h"

namespace sekisho::scanner::active {

namespace {

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

// What the tests of this folder share.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "base/hash.h"
#include "base/text.h"
#include "scanner/containers/test_tools.h"

// libarchive asks for what a hostile header says and copes with a null; AddressSanitizer would rather abort.
extern "C" const char* __asan_default_options();                                           // NOLINT
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }  // NOLINT

namespace sekisho::scanner::containers {

namespace {

// As the worker does before it scans: libarchive converts names to the locale's charset.
const bool utf8_locale = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;

std::vector<std::vector<std::string>> table(const std::filesystem::path& file) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::vector<std::string> row;
        for (const std::string_view field : base::split(line, '\t'))
            row.emplace_back(field);
        rows.push_back(std::move(row));
    }
    return rows;
}

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(i < 8 ? static_cast<char>(value >> (8 * i)) : '\0');
}

}  // namespace

Scratch::Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "sekisho-test-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
}
Scratch::~Scratch() { std::filesystem::remove_all(path_); }

void Scratch::write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
}

std::string Scratch::read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    std::string out(std::filesystem::file_size(path_ / name), '\0');
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    return out;
}

void Scratch::run(const std::string& command) const {
    const std::string line = "cd '" + path_.string() + "' && (" + command + ") >out.txt 2>&1";
    if (std::system(line.c_str()) != 0) ADD_FAILURE() << command << "\n" << read("out.txt");
}

std::filesystem::path corpus() {
    const char* set = std::getenv("SEKISHO_CORPUS");
    const std::filesystem::path path =
        set != nullptr ? std::filesystem::path(set)
                       : std::filesystem::path(SEKISHO_SOURCE_DIR).parent_path() / "shared" / "corpus";
    return std::filesystem::exists(path / "manifest.tsv") ? path : std::filesystem::path();
}

std::vector<CorpusFile> corpus_files() {
    std::vector<CorpusFile> out;
    for (auto& row : table(corpus() / "manifest.tsv")) {
        if (row.size() >= 4) out.push_back({row[0], row[1], row[2], row[3]});
    }
    return out;
}

std::vector<CorpusMember> corpus_members() {
    std::vector<CorpusMember> out;
    for (auto& row : table(corpus() / "members.tsv")) {
        if (row.size() >= 4) out.push_back({row[0], row[1], row[3]});
    }
    return out;
}

std::string deflated(std::string_view plain) {
    z_stream z{};
    deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
    std::string in(plain);
    std::string out(deflateBound(&z, plain.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(in.data());
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

std::uint32_t crc_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void ZipWriter::local(const Header& header) {
    put(out_, 0x04034B50, 4);
    put(out_, 20, 2);
    put(out_, header.flags, 2);
    put(out_, header.method, 2);
    put(out_, 0x5A215A21, 4);
    put(out_, header.crc, 4);
    put(out_, header.packed, 4);
    put(out_, header.size, 4);
    put(out_, header.name.size(), 2);
    put(out_, header.extra.size(), 2);
    out_ += header.name + header.extra;
}

std::uint32_t ZipWriter::member(const std::string& name, std::string_view plain, bool deflate) {
    const std::string packed = deflate ? deflated(plain) : std::string(plain);
    Header header{.name = name,
                  .flags = 0,
                  .method = static_cast<std::uint16_t>(deflate ? 8 : 0),
                  .crc = crc_of(plain),
                  .packed = static_cast<std::uint32_t>(packed.size()),
                  .size = static_cast<std::uint32_t>(plain.size()),
                  .offset = offset(),
                  .extra = {}};
    local(header);
    raw(packed);
    const std::uint32_t at = header.offset;
    central(std::move(header));
    return at;
}

std::string ZipWriter::finish() {
    const std::uint32_t begin = offset();
    for (const Header& header : central_) {
        put(out_, 0x02014B50, 4);
        put(out_, 20, 2);
        put(out_, 20, 2);
        put(out_, header.flags, 2);
        put(out_, header.method, 2);
        put(out_, 0x5A215A21, 4);
        put(out_, header.crc, 4);
        put(out_, header.packed, 4);
        put(out_, header.size, 4);
        put(out_, header.name.size(), 2);
        put(out_, header.extra.size(), 2);
        put(out_, 0, 10);
        put(out_, header.offset, 4);
        out_ += header.name + header.extra;
    }
    const std::uint32_t size = offset() - begin;
    put(out_, 0x06054B50, 4);
    put(out_, 0, 4);
    put(out_, central_.size(), 2);
    put(out_, central_.size(), 2);
    put(out_, size, 4);
    put(out_, begin, 4);
    put(out_, 0, 2);
    return out_;
}

Part open_with(const Format& format, std::string_view archive, TestExtraction& extraction, std::string name) {
    Part part = test_part(base::as_bytes(archive), std::move(name));
    part.type = format.type;
    format.open(part, extraction);
    return part;
}

bool has(TestExtraction& extraction, std::string_view finding) { return extraction.findings().has(finding); }

const TestChild* child_named(const TestExtraction& extraction, std::string_view name) {
    const auto at = std::ranges::find_if(extraction.children,
                                         [&](const TestChild& child) { return child.spec.name == name; });
    return at == extraction.children.end() ? nullptr : &*at;
}

std::string hash_of_child(const TestExtraction& extraction, std::string_view name) {
    const TestChild* child = child_named(extraction, name);
    return child == nullptr ? "(no such child)" : sha256_of(child->bytes);
}

std::string sha256_of(base::Bytes bytes) { return base::hex(base::sha256(bytes)); }

std::string sample_text(std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; out.size() < bytes; ++i)
        out += "line " + std::to_string(i * i) + " of a text\n";
    out.resize(bytes);
    return out;
}

}  // namespace sekisho::scanner::containers

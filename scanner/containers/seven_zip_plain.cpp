#include "scanner/containers/seven_zip_plain.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "scanner/containers/crc32.h"

namespace sekisho::scanner::containers {

namespace {

using base::Bytes;

void put_le(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out.push_back(static_cast<char>(value >> (8 * i)));
}

// The longest form of a number serves for all.
void put_number(std::string& out, std::uint64_t value) {
    out.push_back('\xFF');
    put_le(out, value, 8);
}

void put_coder(std::string& out, const SevenZipCoder& coder) {
    constexpr unsigned id_bytes = 8;
    constexpr unsigned is_complex = 0x10;
    constexpr unsigned has_properties = 0x20;
    out.push_back(static_cast<char>(id_bytes | (coder.inputs.size() > 1 ? is_complex : 0u) |
                                    (coder.properties.empty() ? 0u : has_properties)));
    for (unsigned i = id_bytes; i > 0; --i)
        out.push_back(static_cast<char>(coder.id >> (8 * (i - 1))));
    if (coder.inputs.size() > 1) {
        put_number(out, coder.inputs.size());
        put_number(out, 1);
    }
    if (coder.properties.empty()) return;
    put_number(out, coder.properties.size());
    out += base::as_text(coder.properties);
}

void put_folder(std::string& out, const SevenZipFolder& folder) {
    put_number(out, folder.coders.size());
    std::vector<SevenZipCoder::Input> inputs;
    for (const SevenZipCoder& coder : folder.coders) {
        put_coder(out, coder);
        inputs.insert(inputs.end(), coder.inputs.begin(), coder.inputs.end());
    }
    std::vector<std::size_t> reader_of(folder.packed_streams);
    for (std::size_t i = inputs.size(); i > 0;
         --i) {  // as 7-Zip writes it: libarchive counts on that for BCJ2
        const SevenZipCoder::Input& input = inputs[i - 1];
        if (input.packed) {
            reader_of.at(input.from) = i - 1;
        } else {
            put_number(out, i - 1);
            put_number(out, input.from);
        }
    }
    if (reader_of.size() == 1) return;
    for (const std::size_t input : reader_of)
        put_number(out, input);
}

// 7zFormat.txt, "Header": the properties by number, in the order in which they have to stand.
std::string header_of(const SevenZipFolder& folder, std::span<const Bytes> packed) {
    std::string out("\x01\x04\x06\x00", 4);  // header, main streams, pack info at offset 0
    put_number(out, packed.size());
    out += '\x09';
    for (const Bytes stream : packed)
        put_number(out, stream.size());
    out += std::string_view("\x00\x07\x0B\x01\x00", 5);  // one folder, which stands here
    put_folder(out, folder);
    out += '\x0C';
    for (const SevenZipCoder& coder : folder.coders)
        put_number(out, coder.size);
    // End of the folders; an empty description of the members, without which libarchive knows none; end of
    // the streams. Then one file named "m" in UTF-16LE, and the end of files and header.
    out += std::string_view("\x00\x08\x00\x00\x05\x01\x11\x05\x00m\x00\x00\x00\x00\x00", 15);
    return out;
}

}  // namespace

bool write_seven_zip(const SevenZipFolder& folder, std::span<const Bytes> packed, Output& out) {
    const std::string header = header_of(folder, packed);
    std::uint64_t size = 0;
    for (const Bytes stream : packed)
        size += stream.size();
    std::string place;
    put_le(place, size, 8);
    put_le(place, header.size(), 8);
    put_le(place, crc32_of(base::as_bytes(header)), 4);
    std::string start("7z\xBC\xAF\x27\x1C\x00\x04", 8);
    put_le(start, crc32_of(base::as_bytes(place)), 4);
    return out.write(base::as_bytes(start + place)) &&
           std::ranges::all_of(packed, [&](Bytes stream) { return out.write(stream); }) &&
           out.write(base::as_bytes(header));
}

}  // namespace sekisho::scanner::containers

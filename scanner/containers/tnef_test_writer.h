// For tests alone: writes TNEF ([MS-OXTNEF]) attribute by attribute. Shares no code with the reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sekisho::scanner::containers {

inline void put_le(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFFu);
}

inline std::string ascii_as_utf16(std::string_view text) {
    std::string out;
    for (const char c : text)
        put_le(out, static_cast<unsigned char>(c), 2);
    return out + std::string(2, '\0');
}

// A list of MAPI properties.
class PropertyListWriter {
public:
    // Of a type whose values have their length before them.
    PropertyListWriter& sized(std::uint16_t id, std::uint16_t type, std::string_view value) {
        begin(id, type);
        put_le(out_, 1, 4);
        put_le(out_, value.size(), 4);
        return padded(value);
    }
    PropertyListWriter& text(std::uint16_t id, std::string_view value) {
        return sized(id, 0x001E, std::string(value) + '\0');
    }
    PropertyListWriter& wide(std::uint16_t id, std::string_view ascii) {
        return sized(id, 0x001F, ascii_as_utf16(ascii));
    }
    PropertyListWriter& number(std::uint16_t id, std::uint32_t value) {
        begin(id, 0x0003);
        put_le(out_, value, 4);
        return *this;
    }
    // An object behind the identifier {first-0000-0000-C000-000000000046}.
    PropertyListWriter& object(std::uint16_t id, std::uint32_t first, std::string_view value) {
        std::string iid;
        put_le(iid, first, 4);
        return sized(id, 0x000D, iid + std::string("\0\0\0\0\xC0\0\0\0\0\0\0\x46", 12) + std::string(value));
    }
    PropertyListWriter& raw(std::string_view bytes) {
        ++count_;
        out_ += bytes;
        return *this;
    }
    std::string finish() const {
        std::string count;
        put_le(count, count_, 4);
        return count + out_;
    }

private:
    void begin(std::uint16_t id, std::uint16_t type) {
        ++count_;
        put_le(out_, type, 2);
        put_le(out_, id, 2);
    }
    PropertyListWriter& padded(std::string_view value) {
        out_ += value;
        out_.append((4 - value.size() % 4) % 4, '\0');
        return *this;
    }

    std::string out_;
    std::uint32_t count_ = 0;
};

class TnefWriter {
public:
    TnefWriter() : out_("\x78\x9F\x3E\x22\x01", 5) {
        out_ += '\0';
        attribute(1, 0x0008'9006, std::string("\0\0\1\0", 4));
        code_page(1252);
    }
    TnefWriter& attribute(unsigned level, std::uint32_t id, std::string_view data) {
        out_ += static_cast<char>(level);
        put_le(out_, id, 4);
        put_le(out_, data.size(), 4);
        out_ += data;
        std::uint64_t sum = 0;
        for (const char c : data)
            sum += static_cast<unsigned char>(c);
        put_le(out_, sum, 2);
        return *this;
    }
    TnefWriter& code_page(std::uint32_t number) {
        std::string value;
        put_le(value, number, 8);
        return attribute(1, 0x0006'9007, value);
    }
    TnefWriter& message(const PropertyListWriter& properties) {
        return attribute(1, 0x0006'9003, properties.finish());
    }
    TnefWriter& begin_attachment() {
        return attribute(2, 0x0006'9002, std::string("\1\0\xFF\xFF\xFF\xFF\x20\0\x20\0\0\0\0\0", 14));
    }
    TnefWriter& title(std::string_view name) { return attribute(2, 0x0001'8010, std::string(name) + '\0'); }
    TnefWriter& data(std::string_view bytes) { return attribute(2, 0x0006'800F, bytes); }
    TnefWriter& properties(const PropertyListWriter& list) {
        return attribute(2, 0x0006'9005, list.finish());
    }
    TnefWriter& attachment(std::string_view name, std::string_view bytes) {
        return begin_attachment().title(name).data(bytes).properties(PropertyListWriter().text(0x3707, name));
    }
    const std::string& bytes() const { return out_; }

private:
    std::string out_;
};

}  // namespace sekisho::scanner::containers

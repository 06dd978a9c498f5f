// gmime-extract: what GMime, the parser behind several mail programs, takes out of mails. A second opinion
// for differential_test.py; nothing of Sekisho is in it, and it runs on test data alone.
//
// usage: gmime-extract [--content] [FILE...]     without FILE: one path on each line of standard input
//
// One line of JSON per file: {"file":..., "leaves":[{"type":..., "name":..., "sha256":..., "size":...,
// "blank":...}]}, with "content" in base64 too where --content is given. Leaves are all parts that are
// neither a multipart nor message/rfc822, apart from bodies: text/plain and text/html without a name that are
// not attachments. Contents are decoded, and their charset is left as it is.
#include <gmime/gmime.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* pointer) const {
        Free(pointer);
    }
};
template <typename T>
using Object = std::unique_ptr<T, Freed<g_object_unref>>;
using Chars = std::unique_ptr<char, Freed<g_free>>;

// GObject's own casts are C casts within macros.
template <typename To, typename From>
To* as(From* object) {
    return static_cast<To*>(static_cast<void*>(object));
}

bool is_a(GMimeObject* object, GType type) {
    return g_type_check_instance_is_a(as<GTypeInstance>(object), type) != FALSE;
}

std::string_view view(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

// As JSON, in ASCII: bytes of 128 and more are not GMime's to judge, and names are for reading alone.
std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\') {
            out += c;
        } else {
            out += "\\u00";
            out += digits[byte >> 4u];
            out += digits[byte & 15u];
        }
    }
    return out + '"';
}

// The decoded content; false where there is none.
bool decode(GMimeObject* leaf, std::vector<std::uint8_t>& out) {
    if (!is_a(leaf, g_mime_part_get_type())) return false;
    GMimeDataWrapper* content = g_mime_part_get_content(as<GMimePart>(leaf));
    if (content == nullptr) return false;
    const Object<GMimeStream> stream(g_mime_stream_mem_new());
    if (g_mime_data_wrapper_write_to_stream(content, stream.get()) < 0) return false;
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(as<GMimeStreamMem>(stream.get()));
    const std::span<const std::uint8_t> all(bytes->data, bytes->len);
    out.assign(all.begin(), all.end());
    return true;
}

bool is_body(GMimeObject* leaf) {
    if (!is_a(leaf, g_mime_part_get_type())) return false;
    GMimeContentType* type = g_mime_object_get_content_type(leaf);
    const bool text = g_mime_content_type_is_type(type, "text", "plain") != FALSE ||
                      g_mime_content_type_is_type(type, "text", "html") != FALSE;
    const std::string_view disposition = view(g_mime_object_get_disposition(leaf));
    return text && g_mime_part_get_filename(as<GMimePart>(leaf)) == nullptr &&
           g_ascii_strcasecmp(std::string(disposition).c_str(), "attachment") != 0;
}

std::string to_json(GMimeObject* leaf, const std::vector<std::uint8_t>& bytes, bool with_content) {
    const Chars type(g_mime_content_type_get_mime_type(g_mime_object_get_content_type(leaf)));
    const Chars digest(g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes.data(), bytes.size()));
    bool blank = true;
    for (const std::uint8_t byte : bytes) {
        blank = blank && (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n');
    }
    std::string out = "{\"type\":" + quoted(view(type.get())) +
                      ",\"name\":" + quoted(view(g_mime_part_get_filename(as<GMimePart>(leaf)))) +
                      ",\"sha256\":" + quoted(view(digest.get())) +
                      ",\"size\":" + std::to_string(bytes.size()) +
                      ",\"blank\":" + (blank ? "true" : "false");
    if (with_content) {
        const Chars packed(g_base64_encode(bytes.data(), bytes.size()));
        out += ",\"content\":" + quoted(view(packed.get()));
    }
    return out + "}";
}

// All leaves below `root`, mails within mails included. No recursion: depth is the sender's choice.
std::string leaves_of(GMimeObject* root, bool with_content) {
    std::string out;
    std::vector<GMimeObject*> left{root};
    while (!left.empty()) {
        GMimeObject* object = left.back();
        left.pop_back();
        if (object == nullptr) continue;
        if (is_a(object, g_mime_multipart_get_type())) {
            auto* multipart = as<GMimeMultipart>(object);
            for (int i = g_mime_multipart_get_count(multipart) - 1; i >= 0; --i)
                left.push_back(g_mime_multipart_get_part(multipart, i));
        } else if (is_a(object, g_mime_message_part_get_type())) {
            GMimeMessage* message = g_mime_message_part_get_message(as<GMimeMessagePart>(object));
            if (message != nullptr) left.push_back(g_mime_message_get_mime_part(message));
        } else if (std::vector<std::uint8_t> bytes; !is_body(object) && decode(object, bytes)) {
            out += (out.empty() ? "" : ",") + to_json(object, bytes, with_content);
        }
    }
    return out;
}

void extract(const std::string& path, bool with_content) {
    std::string leaves;
    const Object<GMimeStream> stream(g_mime_stream_file_open(path.c_str(), "r", nullptr));
    if (stream == nullptr) {
        std::cerr << "gmime-extract: cannot open " << path << '\n';
    } else {
        const Object<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
        const Object<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
        if (message != nullptr) leaves = leaves_of(g_mime_message_get_mime_part(message.get()), with_content);
    }
    std::cout << "{\"file\":" << quoted(path) << ",\"leaves\":[" << leaves << "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
    g_mime_init();
    bool with_content = false;
    bool named = false;
    for (const char* argument : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
        if (view(argument) == "--content") {
            with_content = true;
        } else {
            named = true;
            extract(argument, with_content);
        }
    }
    for (std::string path; !named && std::getline(std::cin, path);) {
        extract(path, with_content);
    }
    return std::cout.flush() ? 0 : 2;
}

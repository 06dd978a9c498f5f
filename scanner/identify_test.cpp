#include "scanner/identify.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/text.h"
#include "scanner/testing.h"

namespace sekisho::scanner {
namespace {

template <const char* magic>
Confidence begins_with(base::Bytes head, std::string_view) {
    return base::as_text(head).starts_with(magic) ? sure_match : no_match;
}
Confidence never(base::Bytes, std::string_view) { return no_match; }
Confidence weakly(base::Bytes, std::string_view) { return weak_match; }
void opens(const Part&, Extraction&) {}

constexpr char gif_magic[] = "GIF89a";
constexpr char zip_magic[] = "PK";
constexpr Format gif{
    .name = "gif", .type = "image/gif", .extensions = "gif", .recognise = begins_with<gif_magic>};
constexpr Format zip{.name = "zip",
                     .type = "application/zip",
                     .extensions = "zip",
                     .recognise = begins_with<zip_magic>,
                     .open = opens};
constexpr Format page{.name = "html", .type = "text/html", .extensions = "html", .recognise = never};
constexpr Format text{.name = "text", .type = "text/plain", .extensions = "txt", .recognise = weakly};

// What a browser shows as a page is read as one, whatever stands before its first tag; a container stays one.
TEST(Identify, PagesByTheirNames) {
    constexpr std::array<const Format*, 4> formats{&gif, &zip, &page, &text};
    const Rooms rooms{.formats = formats};
    const struct {
        std::string bytes;
        const char* name;
        const char* claimed;
        const char* type;
    } cases[] = {
        {"text, then <script>", "invoice.html", "application/octet-stream", "text/html"},
        {"text, then <script>", "invoice.HTM", "", "text/html"},
        {"text, then <script>", "invoice", "text/html", "text/html"},
        {"GIF89a, then <script>", "invoice.html", "image/gif", "text/html"},
        {"GIF89a, then <script>", "invoice.gif", "text/html", "text/html"},
        {"GIF89a", "invoice.gif", "image/gif", "image/gif"},
        {"PK, then <script>", "invoice.html", "text/html", "application/zip"},
        {"text", "invoice.txt", "text/plain", "text/plain"},
        {"text", "html", "", "text/plain"},
    };
    for (const auto& c : cases) {
        Part part = test_part(base::as_bytes(c.bytes), c.name);
        part.claimed_type = c.claimed;
        (void)identify(part, rooms);
        EXPECT_EQ(part.type, c.type) << c.name << ' ' << c.claimed << ' ' << c.bytes;
    }
}

}  // namespace
}  // namespace sekisho::scanner

#include "scanner/magic.h"

#include <magic.h>

#include <memory>

#include "base/escape.h"

namespace sekisho::scanner {

namespace {

struct CloseMagic {
    void operator()(magic_set* cookie) const { magic_close(cookie); }
};
using Cookie = std::unique_ptr<magic_set, CloseMagic>;

// One per process: the scanner has one thread, and the database is loaded before the sandbox closes.
Cookie& cookie() {
    static Cookie instance;
    return instance;
}

}  // namespace

base::Result<void> load_magic() {
    if (cookie()) return {};
    // Nothing that opens files or runs decompressors: the bytes alone are looked at.
    constexpr int flags = MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR |
                          MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_APPTYPE;
    Cookie fresh(magic_open(flags));
    if (!fresh || magic_load(fresh.get(), nullptr) != 0) {
        return base::fail(base::Cause::io, "libmagic's database cannot be loaded");
    }
    cookie() = std::move(fresh);
    return {};
}

std::string magic_type(base::Bytes bytes) {
    constexpr std::size_t looked_at = 64u << 10;
    constexpr const char* unknown = "application/octet-stream";
    if (!cookie() || bytes.empty()) return unknown;
    const base::Bytes head = base::head(bytes, looked_at);
    const char* type = magic_buffer(cookie().get(), head.data(), head.size());
    return type == nullptr ? unknown : base::escape_ascii(type);
}

}  // namespace sekisho::scanner

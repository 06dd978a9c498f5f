#include "quarantine/reinject.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <mutex>

#include "base/escape.h"
#include "base/text.h"

namespace sekisho::quarantine {

namespace {

constexpr std::size_t max_address = 512;
constexpr std::size_t max_reply = 200;

struct EasyClose {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyClose>;
using List = std::unique_ptr<curl_slist, ListFree>;

struct Server {
    std::string url;   // smtp://host:port/helo
    std::string path;  // of a Unix socket
};

base::Result<Server> server_of(std::string_view setting, const std::string& helo) {
    Server out;
    if (setting.starts_with("unix:/")) {
        out.path = setting.substr(5);
        out.url = "smtp://localhost/" + helo;
        return out;
    }
    const std::size_t colon = setting.rfind(':');
    if (!setting.starts_with("inet:") || colon <= 5) {
        return base::fail(base::Cause::invalid,
                          "quarantine.release_to: inet:host:port or unix:/path is wanted");
    }
    std::string host(setting.substr(5, colon - 5));
    if (host.contains(':') && !host.starts_with('[')) host = "[" + host + "]";
    out.url = fmt::format("smtp://{}:{}/{}", host, setting.substr(colon + 1), helo);
    return out;
}

std::string helo_name(const std::string& setting) {
    if (!setting.empty()) return setting;
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

// The name stands in a URL's path; what no host name holds is left out.
std::string url_safe(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const char lower = base::ascii_lower(c);
        if ((lower >= 'a' && lower <= 'z') || base::is_digit(c) || c == '.' || c == '-' || c == '_') out += c;
    }
    return out.empty() ? "localhost" : out;
}

std::size_t read_piece(char* to, std::size_t size, std::size_t count, void* source) {
    auto& left = *static_cast<std::string_view*>(source);
    const std::size_t n = std::min(size * count, left.size());
    std::memcpy(to, left.data(), n);
    left.remove_prefix(n);
    return n;
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// Keeps the last line that the server said: libcurl itself keeps its code alone.
int keep_reply(CURL*, curl_infotype type, char* data, std::size_t size, void* target) {
    // 221 answers the QUIT that follows a refusal, and says nothing.
    if (type == CURLINFO_HEADER_IN && !std::string_view(data, size).starts_with("221")) {
        *static_cast<std::string*>(target) =
            base::escape(base::trim({data, std::min(size, max_reply)}), max_reply);
    }
    return 0;
}

template <class T>
void set(CURLcode& code, const Easy& curl, CURLoption option, T value) {
    if (code == CURLE_OK) code = curl_easy_setopt(curl.get(), option, value);
}

CURLcode prepare(const Easy& curl, const Reinjection& what, const Server& server, curl_slist* recipients,
                 std::string_view& left, std::string& reply) {
    CURLcode code = CURLE_OK;
    set(code, curl, CURLOPT_PROTOCOLS_STR, "smtp");
    set(code, curl, CURLOPT_URL, server.url.c_str());
    if (!server.path.empty()) set(code, curl, CURLOPT_UNIX_SOCKET_PATH, server.path.c_str());
    set(code, curl, CURLOPT_PROXY, "");     // whatever the environment says
    set(code, curl, CURLOPT_NOSIGNAL, 1L);  // we have threads
    set(code, curl, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_NONE));
    set(code, curl, CURLOPT_MAIL_FROM, what.mail_from.c_str());
    set(code, curl, CURLOPT_MAIL_RCPT, recipients);
    set(code, curl, CURLOPT_UPLOAD, 1L);
    set(code, curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(what.text.size()));
    set(code, curl, CURLOPT_READFUNCTION, &read_piece);
    set(code, curl, CURLOPT_READDATA, static_cast<void*>(&left));
    set(code, curl, CURLOPT_WRITEFUNCTION, &drop);
    set(code, curl, CURLOPT_VERBOSE, 1L);
    set(code, curl, CURLOPT_DEBUGFUNCTION, &keep_reply);
    set(code, curl, CURLOPT_DEBUGDATA, static_cast<void*>(&reply));
    set(code, curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(what.connect_within.count()));
    set(code, curl, CURLOPT_TIMEOUT, static_cast<long>(what.within.count()));
    return code;
}

}  // namespace

bool is_sendable_address(std::string_view address) {
    return address.size() <= max_address && std::ranges::none_of(address, [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 || byte == 0x7F || c == '<' || c == '>';
           });
}

base::Result<std::string> reinject(const Reinjection& what) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });

    if (what.recipients.empty()) return base::fail(base::Cause::invalid, "no recipient");
    if (!is_sendable_address(what.mail_from))
        return base::fail(base::Cause::invalid, "the sender cannot be sent");
    List recipients;
    for (const std::string& recipient : what.recipients) {
        if (recipient.empty() || !is_sendable_address(recipient)) {
            return base::fail(base::Cause::invalid,
                              "this recipient cannot be sent: " + base::escape(recipient));
        }
        curl_slist* longer = curl_slist_append(recipients.get(), recipient.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        (void)recipients.release();
        recipients.reset(longer);
    }
    const Server server = SEKISHO_TRY(server_of(what.server, url_safe(helo_name(what.helo))));
    const Easy curl(curl_easy_init());
    if (!curl) throw std::bad_alloc();

    std::string_view left = what.text;
    std::string reply;
    CURLcode code = prepare(curl, what, server, recipients.get(), left, reply);
    if (code == CURLE_OK) code = curl_easy_perform(curl.get());
    long smtp = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &smtp);
    if (code == CURLE_OK && smtp == 250) return reply;
    if (smtp >= 500 && smtp < 600) return base::fail(base::Cause::invalid, "the server refused: " + reply);
    if (smtp >= 400 && smtp < 500)
        return base::fail(base::Cause::unavailable, "the server asks to wait: " + reply);
    return base::fail(base::Cause::unavailable, fmt::format("{}: {}", what.server, curl_easy_strerror(code)));
}

}  // namespace sekisho::quarantine

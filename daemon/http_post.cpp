#include "daemon/http_post.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>

#include "base/escape.h"

namespace sekisho::daemon {

namespace {

constexpr std::size_t max_answer = 64U << 10;

struct EasyClose {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListFree {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyClose>;
using List = std::unique_ptr<curl_slist, ListFree>;

template <class T>
void set(CURLcode& code, const Easy& curl, CURLoption option, T value) {
    if (code == CURLE_OK) code = curl_easy_setopt(curl.get(), option, value);
}

// Counts what comes; more than enough ends the transfer.
std::size_t drop(char*, std::size_t size, std::size_t count, void* target) {
    auto& left = *static_cast<std::size_t*>(target);
    if (size * count > left) return 0;
    left -= size * count;
    return size * count;
}

// Called about once a second, and whenever something moves.
int go_on(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::stop_token*>(target)->stop_requested() ? 1 : 0;
}

List list_of(const std::vector<std::string>& headers) {
    List out;
    for (const std::string& header : headers) {
        curl_slist* longer = curl_slist_append(out.get(), header.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        (void)out.release();
        out.reset(longer);
    }
    return out;
}

CURLcode prepare(const Easy& curl, const HttpPost& what, curl_slist* headers, std::size_t& left,
                 std::stop_token& stop) {
    CURLcode code = CURLE_OK;
    set(code, curl, CURLOPT_PROTOCOLS_STR, what.url.starts_with("http://") ? "http" : "https");
    set(code, curl, CURLOPT_URL, what.url.c_str());
    set(code, curl, CURLOPT_PROXY, "");
    set(code, curl, CURLOPT_NOSIGNAL, 1L);  // we have threads
    set(code, curl, CURLOPT_FOLLOWLOCATION, 0L);
    set(code, curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(code, curl, CURLOPT_SSL_VERIFYPEER, 1L);
    set(code, curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!what.ca_file.empty()) {
        set(code, curl, CURLOPT_CAINFO, what.ca_file.c_str());
        set(code, curl, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    set(code, curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(code, curl, CURLOPT_HTTPHEADER, headers);
    set(code, curl, CURLOPT_USERAGENT, "Sekisho");
    set(code, curl, CURLOPT_POST, 1L);
    set(code, curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.body.size()));
    set(code, curl, CURLOPT_POSTFIELDS, what.body.data());
    set(code, curl, CURLOPT_WRITEFUNCTION, &drop);
    set(code, curl, CURLOPT_WRITEDATA, static_cast<void*>(&left));
    set(code, curl, CURLOPT_NOPROGRESS, 0L);
    set(code, curl, CURLOPT_XFERINFOFUNCTION, &go_on);
    set(code, curl, CURLOPT_XFERINFODATA, static_cast<void*>(&stop));
    set(code, curl, CURLOPT_TIMEOUT, static_cast<long>(what.within.count()));
    return code;
}

}  // namespace

base::Result<int> http_post(const HttpPost& what) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });

    const List headers = list_of(what.headers);
    const Easy curl(curl_easy_init());
    if (!curl) throw std::bad_alloc();
    std::size_t left = max_answer;
    std::stop_token stop = what.stop;
    CURLcode code = prepare(curl, what, headers.get(), left, stop);
    if (code == CURLE_OK) code = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    // With a status the server has answered, even where the rest of it was too long.
    if ((code == CURLE_OK || code == CURLE_WRITE_ERROR) && status > 0 && status < 1'000)
        return static_cast<int>(status);
    return base::fail(base::Cause::unavailable, base::escape(curl_easy_strerror(code)));
}

}  // namespace sekisho::daemon

#include "control/metrics_listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>
#include <thread>

#include "base/fd.h"
#include "base/network.h"
#include "control/wire.h"

namespace sekisho::control {

namespace {

constexpr std::size_t max_request = 4'096;
constexpr std::chrono::seconds per_connection{2};

struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;
};

base::Result<Endpoint> endpoint_of(const std::string& listen) {
    const auto wrong = [] {
        return base::fail(base::Cause::invalid,
                          "control.metrics_listen: 127.0.0.1:port or [::1]:port is wanted");
    };
    const std::size_t colon = listen.rfind(':');
    if (colon == std::string::npos) return wrong();
    const auto address = base::Address::parse(std::string_view(listen).substr(0, colon));
    std::uint16_t port = 0;
    // NOLINTBEGIN(*-pointer-arithmetic): from_chars wants both ends
    const char* end = listen.data() + listen.size();
    const auto number = std::from_chars(listen.data() + colon + 1, end, port);
    // NOLINTEND(*-pointer-arithmetic)
    const bool loopback = address && base::any_contains({"127.0.0.0/8", "::1/128"}, address->text());
    if (!loopback || number.ec != std::errc() || number.ptr != end) return wrong();
    Endpoint out;
    if (address->is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, std::span(address->raw()).last(4).data(), 4);
        std::memcpy(&out.address, &v4, sizeof v4);
        out.size = sizeof v4;
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address->raw().data(), 16);
        std::memcpy(&out.address, &v6, sizeof v6);
        out.size = sizeof v6;
    }
    return out;
}

const sockaddr* generic(const sockaddr_storage& address) {
    return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

class HttpListener final : public MetricsListener {
public:
    HttpListener(base::UniqueFd listener, base::UniqueFd stop, std::uint16_t port,
                 std::function<std::string()> text)
        : listener_(std::move(listener)), stop_(std::move(stop)), port_(port), text_(std::move(text)) {
        thread_ = std::thread([this] { loop(); });
    }
    ~HttpListener() override {
        const std::uint64_t one = 1;
        (void)!::write(stop_.get(), &one, sizeof one);
        thread_.join();
    }
    std::uint16_t port() const override { return port_; }

private:
    void loop() {
        for (;;) {
            pollfd entries[] = {{.fd = listener_.get(), .events = POLLIN, .revents = 0},
                                {.fd = stop_.get(), .events = POLLIN, .revents = 0}};
            if (::poll(entries, 2, -1) < 0 && errno != EINTR) return;
            if (entries[1].revents != 0) return;
            const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (client) serve(client.get());
        }
    }

    void serve(int fd) {
        const Deadline deadline = std::chrono::steady_clock::now() + per_connection;
        std::string request;
        while (!request.contains("\r\n\r\n") && !request.contains("\n\n")) {
            const auto piece = read_some(fd, max_request, deadline);
            if (!piece || piece->empty()) return;
            request += *piece;
            if (request.size() > max_request)
                return respond(fd, "431 Request Header Fields Too Large", "", deadline);
        }
        const std::string_view line = std::string_view(request).substr(0, request.find_first_of("\r\n"));
        if (line.starts_with("GET /metrics HTTP/") || line.starts_with("GET /metrics?")) {
            return respond(fd, "200 OK", text_(), deadline);
        }
        respond(fd, line.starts_with("GET ") ? "404 Not Found" : "405 Method Not Allowed", "", deadline);
    }

    static void respond(int fd, std::string_view status, const std::string& body, Deadline deadline) {
        const std::string head = fmt::format(
            "HTTP/1.0 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\n"
            "Connection: close\r\n\r\n",
            status, body.size());
        (void)write_whole(fd, head + body, deadline);
        ::shutdown(fd, SHUT_WR);
    }

    const base::UniqueFd listener_;
    const base::UniqueFd stop_;
    const std::uint16_t port_;
    const std::function<std::string()> text_;
    std::thread thread_;
};

}  // namespace

base::Result<std::unique_ptr<MetricsListener>> MetricsListener::start(const std::string& listen,
                                                                      std::function<std::string()> text) {
    Endpoint endpoint = SEKISHO_TRY(endpoint_of(listen));
    base::UniqueFd fd(::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return base::fail_errno("socket", errno);
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd.get(), generic(endpoint.address), endpoint.size) != 0 || ::listen(fd.get(), 8) != 0) {
        return base::fail_errno(listen, errno);
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&bound)), &size) != 0) {
        return base::fail_errno(listen, errno);
    }
    // The port lies at the same place in both kinds of address.
    sockaddr_in as_v4{};
    std::memcpy(&as_v4, &bound, sizeof as_v4);
    base::UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
    if (!stop) return base::fail_errno("eventfd", errno);
    return std::make_unique<HttpListener>(std::move(fd), std::move(stop), ntohs(as_v4.sin_port),
                                          std::move(text));
}

}  // namespace sekisho::control

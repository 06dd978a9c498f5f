// The MTA's side of the milter protocol (Sendmail's libmilter/mfdef.h), for tests: sends whatever it is told,
// right or wrong, and reads replies. Packets: four bytes of big-endian length, a command byte, data.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fd.h"

namespace sekisho::milter::testing {

struct Packet {
    char command = 0;
    std::string data;
};

class MilterClient {
public:
    static constexpr std::uint32_t all_actions = 0x1ff;
    static constexpr std::uint32_t all_steps = 0x1fffff;  // what Postfix 3.7 and Sendmail 8.17 offer
    static constexpr std::uint32_t leadspc = 0x100000;
    static constexpr std::uint32_t rejected_recipients = 0x800;
    static constexpr int patience_ms = 30'000;

    explicit MilterClient(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        connected_ = ::connect(fd_.get(), std::bit_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    bool connected() const { return connected_; }
    void hang_up() { fd_.reset(); }

    static std::string number(std::uint32_t value) {
        std::string out;
        for (int shift = 24; shift >= 0; shift -= 8)
            out += static_cast<char>(value >> shift);
        return out;
    }
    static std::string zero(std::string_view text) { return std::string(text) + '\0'; }

    // False where the filter has hung up.
    bool raw(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    bool send(char command, std::string_view data = {}) {
        return raw(number(static_cast<std::uint32_t>(data.size() + 1)) + command + std::string(data));
    }
    // Nullopt where the filter has hung up or says nothing for too long.
    std::optional<Packet> receive() {
        const auto length = exactly(4);
        if (!length) return std::nullopt;
        std::uint32_t size = 0;
        for (const char c : *length)
            size = size << 8 | static_cast<unsigned char>(c);
        const auto content = exactly(size);
        if (!content || content->empty()) return std::nullopt;
        return Packet{content->front(), content->substr(1)};
    }
    // Waits until the filter has closed its end; false where it says something instead.
    bool hung_up() { return !receive().has_value(); }

    // Gives what the filter wants: actions, steps, and the macro lists by stage.
    struct Wanted {
        std::uint32_t actions = 0, steps = 0;
        std::map<std::uint32_t, std::string> macros;
    };
    std::optional<Wanted> negotiate(std::uint32_t steps = all_steps, std::uint32_t actions = all_actions,
                                    std::uint32_t version = 6) {
        send('O', number(version) + number(actions) + number(steps));
        const auto answer = receive();
        if (!answer || answer->command != 'O' || answer->data.size() < 12) return std::nullopt;
        Wanted out{.actions = word(answer->data, 4), .steps = word(answer->data, 8)};
        for (std::size_t at = 12; at + 4 < answer->data.size();) {
            const char* text = answer->data.c_str() + at + 4;
            out.macros[word(answer->data, at)] = text;
            at += 4 + std::strlen(text) + 1;
        }
        return out;
    }
    void macros(char command, const std::vector<std::pair<std::string, std::string>>& values) {
        std::string data(1, command);
        for (const auto& [name, value] : values)
            data += zero(name) + zero(value);
        send('D', data);
    }
    std::optional<Packet> connect(std::string_view address = "203.0.113.5", std::uint16_t port = 4711) {
        macros('C', {{"j", "mx.example.com"}, {"{client_addr}", std::string(address)}});
        std::string data =
            zero("client.example.net") + (address.find(':') == std::string_view::npos ? '4' : '6');
        data += static_cast<char>(port >> 8);
        data += static_cast<char>(port & 0xff);
        send('C', data + zero(address));
        return receive();
    }
    void helo(std::string_view name = "client.example.net") { send('H', zero(name)); }
    std::optional<Packet> mail(std::string_view from = "<a@example.net>") {
        send('M', zero(from));
        return receive();
    }
    std::optional<Packet> rcpt(std::string_view to = "<b@example.com>") {
        send('R', zero(to));
        return receive();
    }
    void data() {
        macros('T', {{"i", "4XQ1"}});
        send('T');
    }
    void header(std::string_view name, std::string_view value) { send('L', zero(name) + zero(value)); }
    void end_of_header() { send('N'); }
    void body(std::string_view text) { send('B', text); }
    // Edits and, last, the answer.
    std::vector<Packet> end_of_message() {
        macros('E', {{"i", "4XQ1"}});
        send('E');
        std::vector<Packet> out;
        while (true) {
            auto packet = receive();
            if (!packet) return out;
            out.push_back(std::move(*packet));
            if (std::string_view("acdrty").find(out.back().command) != std::string_view::npos) return out;
        }
    }
    void abort() { send('A'); }
    void quit() { send('Q'); }

private:
    static std::uint32_t word(const std::string& data, std::size_t at) {
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < 4; ++i)
            out = out << 8 | static_cast<unsigned char>(data[at + i]);
        return out;
    }
    std::optional<std::string> exactly(std::size_t size) {
        std::string out;
        std::array<char, 65'536> room{};
        while (out.size() < size) {
            pollfd fd{fd_.get(), POLLIN, 0};
            if (::poll(&fd, 1, patience_ms) <= 0) return std::nullopt;
            const ssize_t got = ::recv(fd_.get(), room.data(), std::min(room.size(), size - out.size()), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return std::nullopt;
            out.append(room.data(), static_cast<std::size_t>(got));
        }
        return out;
    }

    base::UniqueFd fd_;
    bool connected_ = false;
};

}  // namespace sekisho::milter::testing

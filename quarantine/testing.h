// For tests: a small SMTP server on loopback, with a gate of our own behind it if wanted.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"
#include "base/text.h"

namespace sekisho::testing_help {

// Takes one connection after another until it is destroyed. What it received may be read when the client is
// done.
class SmtpServer {
public:
    struct Mail {
        std::string helo, from, text;  // text: dots unstuffed, with CRLF
        std::vector<std::string> recipients;
    };

    SmtpServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = static_cast<sockaddr*>(static_cast<void*>(&address));
        if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 8) != 0 ||
            ::getsockname(listener_.get(), generic, &size) != 0) {
            throw std::runtime_error("SmtpServer");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { loop(); });
    }
    ~SmtpServer() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    std::string setting() const { return "inet:127.0.0.1:" + std::to_string(port_); }

    // The reply to commands that begin with `verb` ("MAIL", "RCPT", "DATA"), or "." for the end of data;
    // without CRLF. Empty: the connection is closed instead.
    void answer(const std::string& verb, const std::string& reply) {
        const std::lock_guard lock(mutex_);
        answers_[verb] = reply;
    }
    // Called at the end of data in place of a fixed reply.
    void at_end(std::function<std::string(const Mail&)> gate) {
        const std::lock_guard lock(mutex_);
        gate_ = std::move(gate);
    }
    std::vector<Mail> mails() const {
        const std::lock_guard lock(mutex_);
        return mails_;
    }

private:
    void loop() {
        for (;;) {
            const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!client) return;
            buffer_.clear();
            serve(client.get());
        }
    }
    bool line(int fd, std::string& out) {
        for (;;) {
            if (const std::size_t end = buffer_.find("\r\n"); end != std::string::npos) {
                out = buffer_.substr(0, end);
                buffer_.erase(0, end + 2);
                return true;
            }
            std::string piece(4'096, '\0');
            const ssize_t n = ::read(fd, piece.data(), piece.size());
            if (n <= 0) return false;
            buffer_.append(piece, 0, static_cast<std::size_t>(n));
        }
    }
    bool reply(int fd, const std::string& verb, const std::string& usual) {
        std::string text = usual;
        {
            const std::lock_guard lock(mutex_);
            if (const auto at = answers_.find(verb); at != answers_.end()) text = at->second;
        }
        return !text.empty() && base::write_all(fd, base::as_bytes(text + "\r\n")).has_value();
    }
    static std::string between_brackets(const std::string& text) {
        const std::size_t open = text.find('<');
        return text.substr(open + 1, text.rfind('>') - open - 1);
    }
    void serve(int fd) {
        Mail mail;
        std::string command;
        if (!reply(fd, "220", "220 test ESMTP")) return;
        while (line(fd, command)) {
            const std::string verb = command.substr(0, 4);
            bool on = true;
            if (verb == "EHLO" || verb == "HELO") {
                mail.helo = command.substr(5);
                on = reply(fd, verb, "250-test\r\n250-SIZE 1000000\r\n250 8BITMIME");
            } else if (verb == "MAIL") {
                mail.from = between_brackets(command);
                on = reply(fd, verb, "250 ok");
            } else if (verb == "RCPT") {
                mail.recipients.push_back(between_brackets(command));
                on = reply(fd, verb, "250 ok");
            } else if (verb == "DATA") {
                on = reply(fd, verb, "354 go on") && body(fd, mail) && reply(fd, ".", judge(mail));
            } else if (verb == "QUIT") {
                reply(fd, verb, "221 bye");
                return;
            } else {
                on = reply(fd, verb, "502 what?");
            }
            if (!on) return;
        }
    }
    bool body(int fd, Mail& mail) {
        const std::lock_guard lock(mutex_);
        if (const auto at = answers_.find("DATA"); at != answers_.end() && !at->second.starts_with("354"))
            return false;
        std::string text;
        while (line(fd, text)) {
            if (text == ".") return true;
            if (text.starts_with('.')) text.erase(0, 1);
            mail.text += text + "\r\n";
        }
        return false;
    }
    std::string judge(const Mail& mail) {
        std::function<std::string(const Mail&)> gate;
        {
            const std::lock_guard lock(mutex_);
            mails_.push_back(mail);
            gate = gate_;
        }
        return gate ? gate(mail) : "250 2.0.0 queued as 4Test";
    }

    base::UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::string buffer_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> answers_;
    std::function<std::string(const Mail&)> gate_;
    std::vector<Mail> mails_;
    std::thread thread_;
};

}  // namespace sekisho::testing_help

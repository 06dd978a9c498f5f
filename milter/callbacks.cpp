#include "milter/callbacks.h"

#include <arpa/inet.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <cstring>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "milter/listen_socket.h"
#include "milter/session.h"

namespace sekisho::milter {

namespace {

// Libmilter gives its callbacks nothing of ours before smfi_setpriv. Set once, before smfi_main.
const Services* shared_services = nullptr;

constexpr unsigned long wanted_actions =
    SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE | SMFIF_ADDRCPT | SMFIF_DELRCPT | SMFIF_SETSYMLIST;
// Steps that are not answered; libmilter answers by itself where the MTA insists.
constexpr unsigned long unanswered =
    SMFIP_NR_HELO | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;

struct Macros {
    int stage;
    const char* names;
};
constexpr std::array wanted_macros{
    Macros{SMFIM_CONNECT, "j _ {client_addr} {client_name} {daemon_name} {daemon_port}"},
    Macros{SMFIM_HELO, "{tls_version}"},
    Macros{SMFIM_ENVFROM, "i {auth_authen} {auth_type} {mail_addr} {tls_version}"},
    Macros{SMFIM_ENVRCPT, "i {rcpt_addr} {rcpt_host} {rcpt_mailer}"},
    Macros{SMFIM_DATA, "i"},
    Macros{SMFIM_EOH, "i"},
    Macros{SMFIM_EOM, "i"},
};

// Libmilter's prototypes lack const but its functions only read (libmilter/smfi.c).
char* mutable_text(const char* text) { return const_cast<char*>(text); }  // NOLINT(*-const-cast)
char* mutable_text(const std::string& text) { return mutable_text(text.c_str()); }

class LibmilterMta final : public Mta {
public:
    LibmilterMta(SMFICTX* context, bool leading_space) : context_(context), leading_space_(leading_space) {}

    std::string macro(const char* name) override {
        const char* value = smfi_getsymval(context_, mutable_text(name));
        return value == nullptr ? std::string() : std::string(value);
    }
    bool leading_space() const override { return leading_space_; }
    bool set_reply(int code, const std::string& enhanced, const std::string& text) override {
        return smfi_setreply(context_, mutable_text(std::to_string(code)), mutable_text(enhanced),
                             mutable_text(text)) == MI_SUCCESS;
    }
    bool insert_header(const std::string& name, const std::string& value) override {
        return smfi_insheader(context_, 0, mutable_text(name), mutable_text(spaced(value))) == MI_SUCCESS;
    }
    bool change_header(const std::string& name, std::uint32_t nth, const std::string& value) override {
        return smfi_chgheader(context_, mutable_text(name), static_cast<int>(nth),
                              mutable_text(spaced(value))) == MI_SUCCESS;
    }
    bool delete_header(const std::string& name, std::uint32_t nth) override {
        return smfi_chgheader(context_, mutable_text(name), static_cast<int>(nth), nullptr) == MI_SUCCESS;
    }
    bool remove_recipient(const std::string& recipient) override {
        return smfi_delrcpt(context_, mutable_text(recipient)) == MI_SUCCESS;
    }
    bool hold(const std::string& reason) override {
        return smfi_quarantine(context_, mutable_text(reason)) == MI_SUCCESS;
    }

private:
    // With SMFIP_HDR_LEADSPC the MTA puts nothing between colon and value.
    std::string spaced(const std::string& value) const { return leading_space_ ? " " + value : value; }

    SMFICTX* context_;
    bool leading_space_;
};

// What smfi_setpriv keeps.
struct Connection {
    explicit Connection(bool leading) : leading_space(leading), session(*shared_services) {}
    bool leading_space;
    Session session;
};

Connection* connection_of(SMFICTX* context) { return static_cast<Connection*>(smfi_getpriv(context)); }

sfsistat to_libmilter(Reply reply) {
    switch (reply) {
        case Reply::proceed:
            return SMFIS_CONTINUE;
        case Reply::reject:
            return SMFIS_REJECT;
        case Reply::defer:
            return SMFIS_TEMPFAIL;
        case Reply::discard:
            return SMFIS_DISCARD;
    }
    return SMFIS_TEMPFAIL;
}

void log_fault(std::string_view what) noexcept {
    try {
        base::log(base::LogLevel::error,
                  base::LogLine("NOQUEUE:").add("event", "internal-error").add("what", what).text());
    } catch (...) {
        return;  // out of memory: the answer matters more than the line
    }
}

// Calls `step(connection, mta)`; nothing thrown crosses into C. `fallback` answers where something was.
template <class Function>
sfsistat guarded(SMFICTX* context, sfsistat fallback, Function step) noexcept {
    Connection* connection = connection_of(context);
    try {
        if (connection == nullptr) return fallback;
        LibmilterMta mta(context, connection->leading_space);
        return step(*connection, mta);
    } catch (const std::exception& fault) {
        log_fault(fault.what());
    } catch (...) {
        log_fault("unknown");
    }
    if (connection != nullptr) connection->session.on_abort();
    return fallback;
}

std::vector<std::string_view> arguments_of(char** argv) {
    std::vector<std::string_view> out;
    // A null-terminated array, as libmilter's interface has it.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-bounds-pointer-arithmetic)
    for (char** argument = argv; argument != nullptr && *argument != nullptr; ++argument)
        out.emplace_back(*argument);
    return out;
}

Peer peer_of(const char* host, const sockaddr* address) {
    Peer peer;
    if (host != nullptr) peer.name = host;
    if (address == nullptr) return peer;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        if (::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size()) != nullptr)
            peer.address = text.data();
        peer.port = ntohs(v4.sin_port);
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, address, sizeof v6);
        if (::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size()) != nullptr)
            peer.address = text.data();
        peer.port = ntohs(v6.sin6_port);
    }
    return peer;
}

void attach(SMFICTX* context, bool leading_space) {
    delete connection_of(context);
    Connection* connection = std::make_unique<Connection>(leading_space).release();  // freed by on_close
    if (smfi_setpriv(context, connection) != MI_SUCCESS) delete connection;
}

sfsistat on_negotiate(SMFICTX* context, unsigned long actions, unsigned long steps, unsigned long,
                      unsigned long, unsigned long* want_actions, unsigned long* want_steps,
                      unsigned long* more, unsigned long* still_more) {
    try {
        attach(context, (steps & SMFIP_HDR_LEADSPC) != 0);
    } catch (...) {
        return SMFIS_REJECT;  // out of memory: no connection
    }
    *want_actions = wanted_actions & actions;
    *want_steps = (SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN | unanswered) & steps;
    *more = 0;
    *still_more = 0;
    if ((actions & SMFIF_SETSYMLIST) != 0) {
        // Refused recipients as well, but only where the macro that tells them from the others is certain.
        *want_steps |= SMFIP_RCPT_REJ & steps;
        for (const auto& macros : wanted_macros)
            smfi_setsymlist(context, macros.stage, mutable_text(macros.names));
    }
    return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* context, char* host, sockaddr* address) {
    try {
        // After QUIT_NC (one milter connection, several SMTP connections) there is no second negotiation.
        // MTAs that know QUIT_NC know SMFIP_HDR_LEADSPC, too: both came with protocol version 6.
        if (connection_of(context) == nullptr) attach(context, true);
    } catch (...) {
        return SMFIS_TEMPFAIL;
    }
    return guarded(context, SMFIS_TEMPFAIL, [&](Connection& connection, Mta& mta) {
        return to_libmilter(connection.session.on_connect(mta, peer_of(host, address)));
    });
}

sfsistat on_helo(SMFICTX* context, char* name) {
    return guarded(context, SMFIS_NOREPLY, [&](Connection& connection, Mta&) {
        connection.session.on_helo(name == nullptr ? std::string_view() : std::string_view(name));
        return SMFIS_NOREPLY;
    });
}

sfsistat on_mail(SMFICTX* context, char** argv) {
    return guarded(context, SMFIS_TEMPFAIL, [&](Connection& connection, Mta& mta) {
        return to_libmilter(connection.session.on_mail(mta, arguments_of(argv)));
    });
}

sfsistat on_rcpt(SMFICTX* context, char** argv) {
    return guarded(context, SMFIS_TEMPFAIL, [&](Connection& connection, Mta& mta) {
        return to_libmilter(connection.session.on_rcpt(mta, arguments_of(argv)));
    });
}

sfsistat on_data(SMFICTX* context) {
    return guarded(context, SMFIS_NOREPLY, [&](Connection& connection, Mta& mta) {
        connection.session.on_data(mta);
        return SMFIS_NOREPLY;
    });
}

// NOLINTNEXTLINE(readability-non-const-parameter): libmilter's prototype
sfsistat on_header(SMFICTX* context, char* name, char* value) {
    return guarded(context, SMFIS_NOREPLY, [&](Connection& connection, Mta& mta) {
        connection.session.on_header(mta, name,
                                     value == nullptr ? std::string_view() : std::string_view(value));
        return SMFIS_NOREPLY;
    });
}

sfsistat on_end_of_header(SMFICTX* context) {
    return guarded(context, SMFIS_NOREPLY, [&](Connection& connection, Mta& mta) {
        connection.session.on_end_of_header(mta);
        return SMFIS_NOREPLY;
    });
}

sfsistat on_body(SMFICTX* context, unsigned char* data, std::size_t size) {
    return guarded(context, SMFIS_NOREPLY, [&](Connection& connection, Mta&) {
        connection.session.on_body(std::as_bytes(std::span(data, size)));
        return SMFIS_NOREPLY;
    });
}

sfsistat on_end_of_message(SMFICTX* context) {
    return guarded(context, SMFIS_TEMPFAIL, [&](Connection& connection, Mta& mta) {
        return to_libmilter(connection.session.on_end_of_message(mta));
    });
}

sfsistat on_abort(SMFICTX* context) {
    return guarded(context, SMFIS_CONTINUE, [&](Connection& connection, Mta&) {
        connection.session.on_abort();
        return SMFIS_CONTINUE;
    });
}

sfsistat on_close(SMFICTX* context) {
    guarded(context, SMFIS_CONTINUE, [](Connection& connection, Mta&) {
        connection.session.on_close();
        return SMFIS_CONTINUE;
    });
    const std::unique_ptr<Connection> connection(connection_of(context));
    smfi_setpriv(context, nullptr);
    return SMFIS_CONTINUE;
}

smfiDesc filter_description() {
    static std::string name = "sekisho";  // libmilter keeps the pointer
    smfiDesc description{};
    description.xxfi_name = name.data();
    description.xxfi_version = SMFI_VERSION;
    description.xxfi_flags = wanted_actions;
    description.xxfi_connect = on_connect;
    description.xxfi_helo = on_helo;
    description.xxfi_envfrom = on_mail;
    description.xxfi_envrcpt = on_rcpt;
    description.xxfi_data = on_data;
    description.xxfi_header = on_header;
    description.xxfi_eoh = on_end_of_header;
    description.xxfi_body = on_body;
    description.xxfi_eom = on_end_of_message;
    description.xxfi_abort = on_abort;
    description.xxfi_close = on_close;
    description.xxfi_negotiate = on_negotiate;
    return description;
}

}  // namespace

base::Result<void> open_milter(const config::MilterSettings& settings, const Services& services) {
    shared_services = &services;
    const auto path = unix_path(settings.socket);
    static std::string connection;  // libmilter keeps the pointer
    connection = path ? "unix:" + unready_path(*path) : settings.socket;
    if (smfi_register(filter_description()) != MI_SUCCESS) {
        return base::fail(base::Cause::internal, "libmilter refused the callbacks");
    }
    if (smfi_setconn(connection.data()) != MI_SUCCESS) {
        return base::fail(base::Cause::invalid,
                          "milter.socket: libmilter does not understand " + settings.socket);
    }
    if (path) {
        SEKISHO_TRY(check_place(*path));
        SEKISHO_TRY(remove_stale_socket(unready_path(*path)));
    }

    // Nobody but us may connect before publish_socket().
    const mode_t before = ::umask(0077);
    const int opened = smfi_opensocket(false);
    ::umask(before);
    if (opened != MI_SUCCESS) {
        return base::fail(base::Cause::io, "milter.socket: cannot listen on " + settings.socket +
                                               " (Postfix: " + postfix_name(settings.socket) +
                                               "); libmilter's log line says why");
    }
    if (path) return publish_socket(*path, settings.socket_group, settings.socket_mode);
    return {};
}

base::Result<void> serve_milter() {
    if (smfi_main() != MI_SUCCESS) return base::fail(base::Cause::io, "libmilter's main loop failed");
    return {};
}

}  // namespace sekisho::milter

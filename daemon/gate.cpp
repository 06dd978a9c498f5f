#include "daemon/gate.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "base/escape.h"
#include "base/log.h"
#include "config/load.h"
#include "daemon/control_desk.h"
#include "daemon/housekeeping.h"
#include "daemon/logging.h"
#include "daemon/orders.h"
#include "daemon/outbound_desk.h"
#include "daemon/reloader.h"
#include "daemon/standing_news.h"
#include "daemon/waiting_room.h"
#include "milter/callbacks.h"
#include "milter/listen_socket.h"
#include "quarantine/notices.h"
#include "quarantine/password_book.h"
#include "quarantine/token.h"

namespace sekisho::daemon {

namespace {

constexpr int exit_bad_configuration = 2;
constexpr std::chrono::seconds flush_limit{5};

void say(base::LogLevel level, std::string_view text) {
    base::log(level, "gate: " + base::escape(text, 1'000));
}

// What keeps the gate from starting is also for whoever started it by hand.
void say_why_not(const config::LogSettings& log, std::string_view text) {
    say(base::LogLevel::error, text);
    if (log.target != "stderr") fmt::print(stderr, "sekishod: {}\n", base::escape(text, 1'000));
}

// Libmilter starts a thread that waits with sigwait for SIGHUP, SIGTERM and SIGINT and takes each as "stop":
// a stop that strands the mail in flight. A signal to the process is thrown away by the kernel where its
// first thread ignores it and does not block it, before any sigwait is looked at (signal(7): blocked signals
// are never ignored). So this thread ignores them here, keeps them unblocked, and leaves libmilter's main
// loop, which blocks them, to another thread. Orders come through the channel alone.
void ignore_signals() {
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    for (const int number : {SIGHUP, SIGTERM, SIGINT, SIGPIPE, SIGUSR1, SIGUSR2})
        ::sigaction(number, &ignore, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// What the gate is made of, in the order in which it is made. All of it outlives every libmilter thread: the
// process ends by _exit.
struct Rooms {
    std::unique_ptr<store::Store> store;
    std::unique_ptr<quarantine::Quarantine> quarantine;
    std::unique_ptr<sandbox::Pool> pool;
    std::unique_ptr<milter::CurrentSettings> settings;
    std::unique_ptr<quarantine::Notices> notices;
    std::unique_ptr<quarantine::PasswordBook> passwords;
    std::unique_ptr<WaitingRoom> waiting;
    std::unique_ptr<OutboundDesk> outbound;
    std::unique_ptr<StandingNews> news;
    std::unique_ptr<Orders> orders;
    milter::InFlight in_flight;
    milter::Metrics metrics;
    std::atomic<bool> draining = false;
    std::unique_ptr<milter::Services> services;
    std::unique_ptr<Reloader> reloader;
    std::unique_ptr<ControlDesk> desk;
    std::unique_ptr<Housekeeping> housekeeping;
};

// What watches the mail that leaves, and who hears of it.
base::Result<void> open_outbound(Rooms& rooms) {
    rooms.outbound = SEKISHO_TRY(OutboundDesk::open(*rooms.settings->get()));
    rooms.services->guard = &rooms.outbound->guard();
    rooms.news = std::make_unique<StandingNews>(
        StandingNews::Rooms{*rooms.settings, *rooms.store, outbound_folder(*rooms.settings->get())});
    rooms.orders = std::make_unique<Orders>([&current = *rooms.settings] { return current.get(); },
                                            rooms.outbound->guard(), outbound_folder(*rooms.settings->get()));
    rooms.services->standing_changed = [&services = *rooms.services, &news = *rooms.news,
                                        &orders = *rooms.orders](const outbound::Change& change) {
        record_standing(services, change);
        news.add(change);
        orders.note(change);
    };
    rooms.services->standing_followed = [&orders = *rooms.orders](const outbound::Change& change) {
        orders.note(change);
    };
    rooms.outbound->share(*rooms.services);
    return {};
}

base::Result<void> open_rooms(Rooms& rooms, config::Settings settings, const std::string& config_file,
                              const Channel& channel) {
    rooms.store = SEKISHO_TRY(store::Store::open(settings.store));
    rooms.quarantine = SEKISHO_TRY(quarantine::Quarantine::open(settings.quarantine, *rooms.store));
    const auto key = SEKISHO_TRY(quarantine::ReleaseKey::load_or_create(settings.quarantine.key_file));
    rooms.passwords =
        SEKISHO_TRY(quarantine::PasswordBook::open(settings.passwords, key.bytes(), *rooms.store));
    rooms.pool = SEKISHO_TRY(sandbox::Pool::create(settings.worker));
    const auto rules = rooms.pool->rules();  // held: the pool may drop it
    for (const auto& problem : rules->problems)
        say(base::LogLevel::warning, problem);
    rooms.settings = std::make_unique<milter::CurrentSettings>(std::move(settings));
    rooms.notices =
        std::make_unique<quarantine::Notices>([&current = *rooms.settings] { return current.get(); });
    rooms.services = std::make_unique<milter::Services>(
        milter::Services{*rooms.settings, *rooms.pool, *rooms.store, *rooms.quarantine, rooms.in_flight,
                         rooms.metrics, rooms.draining});
    rooms.services->tell = [&notices = *rooms.notices](const std::string& to, quarantine::Notice notice) {
        notices.tell(to, std::move(notice));
    };
    rooms.waiting = std::make_unique<WaitingRoom>(
        WaitingRoom::Rooms{*rooms.settings, *rooms.pool, *rooms.store, *rooms.quarantine, *rooms.passwords,
                           [&notices = *rooms.notices](const std::string& to, quarantine::Notice notice) {
                               notices.tell(to, std::move(notice));
                           }});
    rooms.services->recall = [&room = *rooms.waiting](const auto& envelope, const auto& from) {
        return room.recall(envelope, from);
    };
    rooms.services->remember = [&room = *rooms.waiting](const auto& envelope, const auto& from,
                                                        const auto& passwords) {
        room.remember(envelope, from, passwords);
    };
    rooms.services->waits = [&room = *rooms.waiting](const std::string&) { room.wake(); };
    SEKISHO_TRY(open_outbound(rooms));
    Reloader::Hooks hooks{
        .begin = [&channel] { channel.send(Word::reloading); },
        .end =
            [&channel](const ReloadOutcome& outcome) {
                channel.send(Word::reloaded, outcome.ok() ? std::string_view() : outcome.problems.front());
            },
    };
    rooms.reloader =
        std::make_unique<Reloader>(config_file, *rooms.settings, *rooms.pool, *rooms.store, std::move(hooks));
    rooms.desk = SEKISHO_TRY(ControlDesk::open(*rooms.services, *rooms.reloader, *rooms.waiting,
                                               *rooms.outbound, *rooms.orders, *rooms.news));
    rooms.housekeeping = std::make_unique<Housekeeping>(*rooms.quarantine, *rooms.passwords);
    return milter::open_milter(rooms.settings->get()->milter, *rooms.services);
}

// Libmilter's main loop ends by itself only where it cannot go on: then the supervisor starts a fresh gate.
void serve(const std::atomic<bool>& draining) {
    const auto served = milter::serve_milter();
    if (draining) return;
    say(base::LogLevel::error, served ? "libmilter's main loop ended" : served.error().message);
    ::_exit(1);
}

// Answers the supervisor until it says `stop` or is gone.
void follow_orders(const Channel& channel, Rooms& rooms) {
    while (true) {
        pollfd fd{channel.fd(), POLLIN, 0};
        ::poll(&fd, 1, -1);
        const auto note = channel.receive();
        if (!note) {
            say(base::LogLevel::error, "the supervisor is gone: finishing what is in flight");
            return;
        }
        if (!*note) continue;
        switch ((*note)->word) {
            case Word::ping:
                channel.send(Word::pong);
                break;
            case Word::reload:
                rooms.reloader->request();
                break;
            case Word::stop:
                return;
            case Word::pong:
            case Word::ready:
            case Word::reloading:
            case Word::reloaded:
                break;
        }
    }
}

// New connections and new messages get 421 from here on; what is in flight is finished. Libmilter is not
// stopped: smfi_stop waits up to five seconds for its own listener, and ends sessions that have not heard
// their 421.
void drain(const Channel& channel, Rooms& rooms) {
    rooms.draining = true;
    rooms.waiting->request_stop();
    say(base::LogLevel::info, "stopping: finishing what is in flight");
    const auto until = std::chrono::steady_clock::now() + drain_limit;
    while (!rooms.in_flight.wait_idle(std::chrono::milliseconds(500)) &&
           std::chrono::steady_clock::now() < until) {
        while (true) {
            const auto note = channel.receive();
            if (!note || !*note) break;
            if ((*note)->word == Word::ping) channel.send(Word::pong);
        }
    }
    if (const auto left = rooms.in_flight.messages(); left > 0) {
        say(base::LogLevel::warning, "some mail in flight did not finish in time; its senders keep it");
    }
}

}  // namespace

int run_gate(const std::string& config_file, Channel channel) {
    ignore_signals();
    ::prctl(PR_SET_DUMPABLE, 0);  // no core and no ptrace: the release key and mail are in here
    ::prctl(PR_SET_NAME, "sekisho-gate");

    auto loaded = config::load(config_file);
    if (!loaded.problems.empty()) {
        for (const auto& problem : loaded.problems)
            say(base::LogLevel::error, problem.to_string());
        return exit_bad_configuration;
    }
    open_log_as(loaded.settings.log);
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    for (const auto& warning : config::warnings(loaded.settings, config_file, today)) {
        say(base::LogLevel::warning, warning.to_string());
    }

    // Never freed: detached libmilter threads may look at them until the very end.
    auto& rooms = *new Rooms;  // NOLINT(*-owning-memory)
    const std::string socket = loaded.settings.milter.socket;
    const bool monitor = loaded.settings.monitor;
    const config::LogSettings log = loaded.settings.log;
    if (const auto opened = open_rooms(rooms, std::move(loaded.settings), config_file, channel); !opened) {
        say_why_not(log, opened.error().message);
        base::log(base::LogLevel::error, "gate: not started");
        rooms.desk.reset();  // takes its socket away
        ::_exit(opened.error().cause == base::Cause::invalid ? exit_bad_configuration : 1);
    }
    std::thread([&rooms] { serve(rooms.draining); }).detach();

    say(base::LogLevel::info, "taking mail on " + socket + " (Postfix: " + milter::postfix_name(socket) +
                                  ")" + (monitor ? "; monitor mode: mail passes whatever is found" : ""));
    channel.send(Word::ready, monitor ? "Taking mail (monitor mode)" : "Taking mail");
    follow_orders(channel, rooms);

    drain(channel, rooms);
    rooms.desk.reset();
    rooms.housekeeping.reset();
    rooms.waiting->stop();  // libmilter's threads may still ask it
    rooms.reloader.reset();
    rooms.outbound->stop_sharing();
    rooms.news->stop();
    rooms.orders->stop();
    if (const auto flushed = rooms.store->flush(flush_limit); !flushed)
        say(base::LogLevel::error, flushed.error().message);
    if (const auto flushed = rooms.outbound->flush(flush_limit); !flushed)
        say(base::LogLevel::error, flushed.error().message);
    if (const auto path = milter::unix_path(socket)) ::unlink(path->c_str());
    say(base::LogLevel::info, "stopped");
    rooms.pool.reset();
    ::_exit(0);
}

}  // namespace sekisho::daemon

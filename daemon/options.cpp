#include "daemon/options.h"

#include <getopt.h>

#include <array>
#include <span>

#include "base/escape.h"
#include "config/installation.h"

namespace sekisho::daemon {

namespace {

constexpr int gate_option = 1'000;

}  // namespace

base::Result<Options> parse_options(int argc, char** argv) {
    const std::span words(argv, static_cast<std::size_t>(argc));
    static constexpr std::array long_options{
        option{"config", required_argument, nullptr, 'c'}, option{"foreground", no_argument, nullptr, 'f'},
        option{"gate", no_argument, nullptr, gate_option}, option{"help", no_argument, nullptr, 'h'},
        option{"version", no_argument, nullptr, 'V'},      option{nullptr, 0, nullptr, 0},
    };
    Options out;
    out.config_file = config::default_config_file();
    ::optind = 0;  // glibc: start anew, so that tests can call this twice
    ::opterr = 0;
    while (true) {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): called before there is a second thread
        const int found = ::getopt_long(argc, argv, "c:fhV", long_options.data(), nullptr);
        if (found == -1) break;
        switch (found) {
            case 'c':
                out.config_file = ::optarg;
                break;
            case 'f':
                break;
            case gate_option:
                out.gate = true;
                break;
            case 'h':
                out.help = true;
                break;
            case 'V':
                out.version = true;
                break;
            default: {
                const auto at = static_cast<std::size_t>(::optind);
                const std::string word = at > 0 && at <= words.size() ? words[at - 1] : "";
                return base::fail(base::Cause::invalid,
                                  "unknown or incomplete option \"" + base::escape(word) + "\"");
            }
        }
    }
    if (::optind < argc) {
        return base::fail(
            base::Cause::invalid,
            "unexpected argument \"" + base::escape(words[static_cast<std::size_t>(::optind)]) + "\"");
    }
    return out;
}

std::string usage() {
    return "usage: sekishod [--config FILE] [--foreground]\n"
           "\n"
           "Sekisho's milter for Postfix and Sendmail.\n"
           "\n"
           "  -c, --config FILE  configuration (default " +
           config::default_config_file() +
           ")\n"
           "  -f, --foreground   stay in the foreground; it always does, a service manager starts it\n"
           "  -h, --help         this text\n"
           "  -V, --version      version\n"
           "\n"
           "SIGHUP reloads rules and configuration. SIGTERM finishes the mail in flight and ends.\n"
           "Exit code: 0 after a stop, 2 for a bad configuration or command line, 1 for anything else.\n";
}

}  // namespace sekisho::daemon

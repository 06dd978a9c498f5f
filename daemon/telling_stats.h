// How it goes with what operators and other programs are told (daemon/standing_news.h). A value.
#pragma once

#include <cstdint>

namespace sekisho::daemon {

// Changes of standing, not mails or calls: a mail may tell of several.
struct TellingStats {
    std::uint64_t told = 0;
    std::uint64_t lost = 0;     // given up, or never written down
    std::uint64_t waiting = 0;  // in the folder
};

}  // namespace sekisho::daemon

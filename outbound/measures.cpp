#include "outbound/measures.h"

namespace sekisho::outbound {

std::string_view to_string(Count count) {
    constexpr std::array<std::string_view, count_kinds> names{
        "messages",     "recipients", "new recipients",   "rejected recipients", "deferred recipients",
        "literal HELO", "odd hours",  "strange networks", "suspicious",          "refused",
        "authenticated"};
    return names[static_cast<std::size_t>(count)];
}

std::string_view to_string(Measure measure) {
    constexpr std::array<std::string_view, measure_kinds> names{
        "messages in a minute",  "messages in 10 minutes", "messages in an hour",
        "messages in a day",     "recipients in a minute", "recipients in 10 minutes",
        "recipients in an hour", "recipients in a day",    "From names in an hour",
        "networks in an hour",   "senders in an hour",     "copies of one content in an hour"};
    return names[static_cast<std::size_t>(measure)];
}

}  // namespace sekisho::outbound

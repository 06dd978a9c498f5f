#include "quarantine/notice_queue.h"

#include <algorithm>

namespace sekisho::quarantine {

bool NoticeQueue::add(const std::string& to, Notice notice, Clock::time_point now) {
    auto at = rows_.find(to);
    if (at == rows_.end()) {
        if (rows_.size() >= max_addresses) return false;
        at = rows_.emplace(to, Row{.batch = {.to = to}, .due = now}).first;
        due_.emplace(now, to);
    }
    Batch& batch = at->second.batch;
    if (batch.notices.empty()) batch.first = now;
    if (batch.notices.size() < max_listed)
        batch.notices.push_back(std::move(notice));
    else
        ++batch.unlisted;
    return true;
}

std::optional<NoticeQueue::Batch> NoticeQueue::take(Clock::time_point now, std::chrono::seconds interval) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const std::string to = due_.begin()->second;
        due_.erase(due_.begin());
        const auto at = rows_.find(to);
        Row& row = at->second;
        if (row.batch.notices.empty()) {  // quiet for one interval: forgotten
            rows_.erase(at);
            continue;
        }
        row.due = now + interval;
        due_.emplace(row.due, to);
        return std::exchange(row.batch, Batch{.to = to});
    }
    return std::nullopt;
}

bool NoticeQueue::give_back(Batch batch, Clock::time_point now) {
    if (now - batch.first >= give_up_after) return false;
    Batch& waiting = rows_.at(batch.to).batch;
    for (Notice& notice : waiting.notices) {
        if (batch.notices.size() < max_listed)
            batch.notices.push_back(std::move(notice));
        else
            ++batch.unlisted;
    }
    batch.unlisted += waiting.unlisted;
    waiting = std::move(batch);
    return true;
}

std::optional<NoticeQueue::Clock::time_point> NoticeQueue::next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

}  // namespace sekisho::quarantine

#include <map>

#include "base/log.h"
#include "quarantine/file_quarantine.h"

namespace sekisho::quarantine {

namespace {

using std::chrono::system_clock;

// What start-up does with a file, by the state of its row.
enum class Fate : std::uint8_t { keep, index, finish_removal };
Fate fate_of(const store::QuarantineRow* row) {
    if (row == nullptr || row->state == "lost") return Fate::index;
    if (row->state == "deleted" || row->state == "expired") return Fate::finish_removal;
    return Fate::keep;
}

}  // namespace

base::Result<void> FileQuarantine::index_again(const std::string& id, system_clock::time_point now) {
    const Hold hold(*this, id);
    auto known = entry(id);
    if (!known || known->row.id != id) {
        const std::string original = SEKISHO_TRY(files_.message(id));
        known = recovered_entry(id, base::as_bytes(original), now, keep_of(settings_, "unscannable"));
        SEKISHO_TRY(files_.write_sidecar(id, to_text(*known)));
    }
    SEKISHO_TRY(store_.put_quarantine(known->row));
    tell("quarantine-indexed", id, {{"reason", known->row.reason}});
    return {};
}

// The files are the truth: those without a row get one, rows without a file become `lost`, removals that were
// begun are finished.
base::Result<void> FileQuarantine::reconcile(bool at_start) {
    const std::uint64_t generation = store_.generation();
    if (at_start) SEKISHO_TRY(files_.remove_stale());
    const auto found = SEKISHO_TRY(files_.scan());
    if (at_start) {
        std::uint64_t total = 0;
        for (const Files::Found& file : found)
            total += file.bytes;
        bytes_ = total;
    }

    std::map<std::string, store::QuarantineRow> rows;
    auto listed = SEKISHO_TRY(store_.list_quarantine({.limit = std::numeric_limits<std::uint32_t>::max()}));
    for (store::QuarantineRow& row : listed)
        rows.emplace(row.id, std::move(row));

    const auto now = system_clock::now();
    std::set<std::string> there;
    for (const Files::Found& file : found) {
        there.insert(file.id);
        const auto at = rows.find(file.id);
        switch (fate_of(at == rows.end() ? nullptr : &at->second)) {
            case Fate::keep:
                break;
            case Fate::index:
                SEKISHO_TRY(index_again(file.id, now));
                break;
            case Fate::finish_removal:
                // Later, a file of such a row is one that is just being put again.
                if (at_start) SEKISHO_TRY(drop(file.id, at->second.state));
                break;
        }
    }
    for (const auto& [id, row] : rows) {
        const Hold hold(*this, id);
        if (!row.is_kept() || there.contains(id) || files_.exists(id)) continue;
        SEKISHO_TRY(store_.set_quarantine_state(id, "lost"));
        tell("quarantine-lost", id, {{"verdict", row.verdict}, {"was", row.state}});
        base::log(base::LogLevel::error, base::LogLine("quarantine").add("lost", id).text());
    }
    reconciled_ = generation;
    return {};
}

}  // namespace sekisho::quarantine

#include "scanner/active/shortcut_file.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/active/command_child.h"
#include "scanner/active/command_words.h"
#include "scanner/active/extensions.h"
#include "scanner/active/marks.h"
#include "scanner/active/places.h"

namespace sekisho::scanner::active {

Shortcut::Shortcut(const Part& part, Extraction& extraction)
    : part_(part), extraction_(extraction), text_(text_head(part.bytes, looked_at)) {}

std::string Shortcut::extension() const { return windows_extension(part_.name); }

void Shortcut::find(std::string_view id, std::string_view evidence) {
    extraction_.findings().add(id, part_.id, evidence.empty() ? std::string_view(part_.name) : evidence);
}

void Shortcut::find_remote(std::string_view evidence) {
    find("shortcut.remote", evidence);
    find("file.shortcut", {});
}

void Shortcut::keep(std::string_view target) {
    if (!target.empty()) kept_ += fmt::format("{}\n", target);
}

bool Shortcut::judge_place(std::string_view target) {
    keep(target);
    const std::string_view why = why_remote(target);
    if (!why.empty()) find_remote(fmt::format("{}: {}", why, target));
    return !why.empty();
}

void Shortcut::judge_icon(std::string_view icon) {
    const Place place = place_of(icon);
    if (place.kind == Place::Kind::local) return;
    keep(icon);
    if (place.kind != Place::Kind::share) return;  // browsers write the icon of the page
    // Windows fetches it as soon as the folder is shown, and tells the server who is asking.
    find("shortcut.remote-icon", icon);
}

bool Shortcut::judge_command(std::string_view command) {
    keep(command);
    const std::string plain = plain_command(command);
    const std::string_view first = base::trim(command).substr(0, base::trim(command).find(' '));
    std::string_view starter = starter_of_target(first);
    if (starter.empty()) starter = starter_in(plain);
    if (!starter.empty()) find("shortcut.command", fmt::format("{}: {}", starter, command));
    return !starter.empty();
}

void Shortcut::add_child() {
    add_command_child(std::move(kept_), "target", "windows-link-file", extraction_);
}

}  // namespace sekisho::scanner::active

// One file that Windows follows like a shortcut, while it is judged: what each kind of them asks for.
#pragma once

#include <string>
#include <string_view>

#include "scanner/extraction.h"

namespace sekisho::scanner::active {

// Borrows the part and the extraction; text() is the first 256 KB of the part as UTF-8.
class Shortcut {
public:
    static constexpr std::size_t looked_at = 256u << 10;  // real ones have a few hundred bytes

    Shortcut(const Part& part, Extraction& extraction);

    const std::string& text() const { return text_; }
    std::string_view name() const { return part_.name; }
    std::string extension() const;

    // Evidence: the file's name where there is none.
    void find(std::string_view id, std::string_view evidence);
    // shortcut.remote and file.shortcut.
    void find_remote(std::string_view evidence);
    // An address or command that the file follows: kept for the child.
    void keep(std::string_view target);
    // find_remote() and true where something speaks against the place.
    bool judge_place(std::string_view target);
    // A share of another machine: Windows fetches the icon from it as soon as the folder is shown.
    void judge_icon(std::string_view icon);
    // shortcut.command and true where the command starts an interpreter or a program that runs others.
    bool judge_command(std::string_view command);

    // The child `target` with all that was kept, one to a line.
    void add_child();

private:
    const Part& part_;
    Extraction& extraction_;
    std::string text_;
    std::string kept_;
};

}  // namespace sekisho::scanner::active

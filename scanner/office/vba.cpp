#include "scanner/office/vba.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/ovba_decompress.h"
#include "scanner/office/vba_literal.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_source_bytes = 16u << 20;  // of one module; VBA itself stops at 64K lines
constexpr std::size_t max_dir_bytes = 4u << 20;

// Collects the projects of one file.
class Reader {
public:
    Reader(Cfb& cfb, base::Bytes file, Budget& budget) : cfb_(cfb), file_(file), budget_(budget) {
        out_.consumed.resize(cfb.entries().size());
    }

    VbaProjects run() {
        group_children();
        const auto entries = cfb_.entries();
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            if (entries[i].kind == CfbEntry::Kind::stream &&
                base::equals_ignoring_case(entries[i].name, "dir")) {
                if (out_.projects.size() == max_vba_projects) {
                    out_.projects.back().damaged = true;
                    break;
                }
                read_project(i);
            }
        }
        if (modules_ == 0 && (cfb_.damaged() || has_traces())) carve();
        return std::move(out_);
    }

private:
    // Whole files attached to a mail or embedded in a document also hold module sources as bytes: those are
    // children of their own, so carving is for files that had a project of theirs, or are broken.
    bool has_traces() const {
        return std::ranges::any_of(cfb_.entries(), [](const CfbEntry& entry) {
            return base::equals_ignoring_case(entry.name, "_VBA_PROJECT") ||
                   base::equals_ignoring_case(entry.name, "VBA");
        });
    }

    // Streams by their parent, in one pass.
    void group_children() {
        const auto entries = cfb_.entries();
        for (std::uint32_t i = 0; i < entries.size(); ++i) {
            if (entries[i].kind == CfbEntry::Kind::stream) children_[entries[i].parent].push_back(i);
        }
    }

    std::string utf8(std::string_view bytes, std::uint16_t code_page) {
        return base::to_utf8(base::as_bytes(bytes), base::charset_of_code_page(code_page));
    }

    void read_project(std::uint32_t dir_index) {
        const std::uint32_t storage = cfb_.entries()[dir_index].parent;
        const CfbStream stream = cfb_.read(dir_index, budget_);
        if (stream.bytes.empty() || std::to_integer<int>(stream.bytes[0]) != 1) {
            // A stream that merely has this name, unless it stands where a project's would.
            if (!cfb_.find(storage, "_VBA_PROJECT")) return;
        }
        VbaProject project;
        project.storage_index = storage;
        if (storage != CfbEntry::no_parent) project.storage = cfb_.path(storage);
        const OvbaText text = ovba_decompress(stream.bytes, max_dir_bytes);
        const VbaDir dir = parse_vba_dir(base::as_bytes(text.bytes));
        project.root = storage < cfb_.entries().size() ? cfb_.entries()[storage].parent : storage;
        if (const auto performance = cfb_.find(storage, "_VBA_PROJECT"))
            project.performance = cfb_.read(*performance, budget_);
        project.code_page = dir.code_page;
        guess_code_page_ = !dir.has_code_page;
        project.damaged = text.damaged || text.cut || dir.damaged || stream.truncated;
        out_.consumed[dir_index] = true;
        for (const VbaModuleEntry& entry : dir.modules)
            read_listed(project, storage, entry);
        read_unlisted(project, storage);
        out_.projects.push_back(std::move(project));
    }

    void read_listed(VbaProject& project, std::uint32_t storage, const VbaModuleEntry& entry) {
        const std::string name = utf8(entry.name, project.code_page);
        const std::string mbcs = utf8(entry.stream_name, project.code_page);
        for (const std::string& candidate : {entry.stream_name_unicode, mbcs, name}) {
            if (candidate.empty()) continue;
            const auto index = cfb_.find(storage, candidate);
            if (!index || out_.consumed[*index]) continue;
            out_.consumed[*index] = true;
            const CfbStream stream = cfb_.read(*index, budget_);
            if (stream.truncated) project.damaged = true;
            const base::Bytes source = source_of(stream.bytes, entry);
            // Without a source the p-code may say all the more.
            if (source.empty() || stream.bytes.size() - source.size() != entry.offset) project.damaged = true;
            const bool has_unicode = !entry.name_unicode.empty();
            VbaModule* const module = add_module(project,
                                                 has_unicode    ? entry.name_unicode
                                                 : name.empty() ? candidate
                                                                : name,
                                                 source, OvbaEnd::of_input);
            if (module == nullptr) return;
            module->document = entry.document;
            module->hidden = entry.hidden;
            // Two spellings of one name in two code pages are none of an attacker's.
            // Names in other characters may be spelt in two code pages, and are not compared.
            module->two_names = has_unicode && base::is_ascii(name) && base::is_ascii(entry.name_unicode) &&
                                !base::equals_ignoring_case(name, entry.name_unicode);
            keep_cache(*module, stream, source);
            return;
        }
        project.damaged = true;  // listed, and not there
    }

    // Where the dir stream says, else by its signature; empty where there is none.
    static base::Bytes source_of(base::Bytes stream, const VbaModuleEntry& entry) {
        if (entry.has_offset && entry.offset < stream.size() && stream[entry.offset] == std::byte{1})
            return stream.subspan(entry.offset);
        return stream.subspan(std::min(find_module_source(stream), stream.size()));
    }

    // What hangs beside the dir stream without being listed in it: a broken or lying dir stream.
    void read_unlisted(VbaProject& project, std::uint32_t storage) {
        for (const std::uint32_t i : children_[storage]) {
            if (out_.consumed[i]) continue;
            const std::string& name = cfb_.entries()[i].name;
            const bool plumbing = base::equals_ignoring_case(name, "_VBA_PROJECT") ||
                                  base::starts_with_ignoring_case(name, "__SRP_");
            if (plumbing) out_.consumed[i] = true;
            if (plumbing || storage == CfbEntry::no_parent) continue;
            const CfbStream stream = cfb_.read(i, budget_);
            const std::size_t at = find_module_source(stream.bytes);
            if (at == std::string_view::npos) continue;
            out_.consumed[i] = true;
            project.damaged = true;
            const base::Bytes source = stream.bytes.subspan(at);
            VbaModule* const module = add_module(project, name, source, OvbaEnd::of_input, true);
            if (module != nullptr) keep_cache(*module, stream, source);
        }
    }

    static void keep_cache(VbaModule& module, const CfbStream& stream, base::Bytes source) {
        module.offset = static_cast<std::uint32_t>(stream.bytes.size() - source.size());
        module.cache = stream.bytes.first(module.offset);
        module.cache_storage = stream.storage;
    }

    // Null: the budget is spent, or there are too many.
    VbaModule* add_module(VbaProject& project, std::string name, base::Bytes container, OvbaEnd end,
                          bool carved = false) {
        if (modules_ >= max_vba_modules || !budget_.spend_steps(container.size())) {
            project.damaged = true;
            return nullptr;
        }
        ++modules_;
        const auto room =
            static_cast<std::size_t>(std::min<std::uint64_t>(max_source_bytes, budget_.output_room()));
        OvbaText text;
        if (!container.empty()) text = ovba_decompress(container, room, end);
        if (text.damaged || text.cut) project.damaged = true;
        VbaModule module;
        module.name = std::move(name);
        module.source = guess_code_page_ ? base::to_utf8(base::as_bytes(text.bytes),
                                                         base::guess_charset(base::as_bytes(text.bytes)))
                                         : utf8(text.bytes, project.code_page);
        module.carved = carved;
        module.has_code = has_vba_code(module.source);
        project.modules.push_back(std::move(module));
        return &project.modules.back();
    }

    // The directory or the FAT is gone: Office may repair the file, so the sources are looked for as bytes.
    // Only the first piece of a fragmented module is found this way.
    void carve() {
        if (!budget_.spend_steps(file_.size() / 8)) return;
        VbaProject project;
        project.damaged = true;
        guess_code_page_ = true;
        std::size_t at = find_module_source(file_);
        while (at != std::string_view::npos && project.modules.size() < max_vba_modules) {
            const base::Bytes rest = base::head(file_.subspan(at), max_source_bytes);
            add_module(project, fmt::format("carved-{}", project.modules.size() + 1), rest,
                       OvbaEnd::at_foreign_header, true);
            if (!budget_.in_time()) break;
            at = find_module_source(file_, at + 1);
        }
        if (!project.modules.empty()) out_.projects.push_back(std::move(project));
    }

    Cfb& cfb_;
    base::Bytes file_;
    Budget& budget_;
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> children_;
    std::size_t modules_ = 0;
    bool guess_code_page_ = false;
    VbaProjects out_;
};

}  // namespace

bool has_vba_code(std::string_view source) {
    while (!source.empty()) {
        const std::size_t end = source.find_first_of("\r\n");
        const std::string_view line = base::trim(source.substr(0, end));
        source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
        if (line.empty() || line.starts_with('\'') || line.find_first_not_of('\0') == std::string_view::npos)
            continue;
        if (base::starts_with_ignoring_case(line, "Attribute ") ||
            base::starts_with_ignoring_case(line, "Option ") ||
            base::starts_with_ignoring_case(line, "Rem ")) {
            continue;
        }
        return true;
    }
    return false;
}

VbaProjects read_vba(Cfb& cfb, base::Bytes file, Budget& budget) { return Reader(cfb, file, budget).run(); }

}  // namespace sekisho::scanner::office

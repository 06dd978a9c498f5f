#include "scanner/office/vba_forms.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/charset.h"
#include "base/text.h"
#include "scanner/office/oforms.h"
#include "scanner/office/vba_literal.h"

namespace sekisho::scanner::office {

namespace {

constexpr std::size_t max_levels = 8;            // of frames within frames
constexpr std::size_t max_all_lines = 8u << 20;  // of all forms
constexpr std::size_t max_run_text = 1u << 20;   // of what is not understood, for one stream
constexpr std::string_view frame_stream = "\x03VBFrame";

// The streams of one storage that belong to a form.
struct FormStreams {
    std::optional<std::uint32_t> f;
    std::optional<std::uint32_t> o;
    std::optional<std::uint32_t> frame;
};

class Reader {
public:
    Reader(Cfb& cfb, std::string_view charset, Budget& budget)
        : cfb_(cfb), charset_(charset), budget_(budget) {}

    std::vector<VbaForm> run() {
        find_streams();
        std::vector<VbaForm> out;
        std::map<std::uint32_t, std::size_t> form_of;
        std::size_t total = 0;
        for (const auto& [storage, streams] : streams_) {
            const std::uint32_t top = topmost(storage);
            auto [known, is_new] = form_of.try_emplace(top, out.size());
            if (is_new) {
                if (out.size() == max_vba_forms) break;
                out.push_back({.name = cfb_.entries()[top].name});
            }
            VbaForm& form = out[known->second];
            const std::size_t before = form.lines.size();
            if (!budget_.in_time() || total > max_all_lines) {
                form.damaged = true;
                break;
            }
            read_storage(storage, streams, form);
            total += form.lines.size() - before;
        }
        return out;
    }

private:
    // "f" and "o" are short names: other programs use them for other things, so a layout must look like one.
    void find_streams() {
        const auto entries = cfb_.entries();
        for (std::uint32_t i = 1; i < entries.size(); ++i) {
            const CfbEntry& entry = entries[i];
            if (entry.kind != CfbEntry::Kind::stream || entry.parent >= entries.size() || entry.parent == 0)
                continue;
            if (base::equals_ignoring_case(entry.name, "f")) {
                streams_[entry.parent].f = i;
            } else if (base::equals_ignoring_case(entry.name, "o")) {
                streams_[entry.parent].o = i;
            } else if (base::equals_ignoring_case(entry.name, frame_stream)) {
                streams_[entry.parent].frame = i;
            }
        }
        std::erase_if(streams_, [](const auto& row) { return !row.second.frame && !row.second.f; });
    }

    // Frames and pages have storages of their own within the form's.
    std::uint32_t topmost(std::uint32_t storage) const {
        std::uint32_t top = storage;
        std::uint32_t at = cfb_.entries()[storage].parent;
        for (std::size_t level = 0; level < max_levels && at != 0 && at < cfb_.entries().size(); ++level) {
            if (streams_.contains(at)) top = at;
            at = cfb_.entries()[at].parent;
        }
        return top;
    }

    // What a storage's control calls itself in its form: the storage of a frame is "i" and its site's id.
    std::string target_of(std::uint32_t storage, const VbaForm& form) {
        const CfbEntry& entry = cfb_.entries()[storage];
        const auto parent = streams_.find(entry.parent);
        if (parent == streams_.end()) return form.name;
        const auto& names = layout_of(parent->first, parent->second).names;
        const auto name = names.find(base::to_lower(entry.name));
        return name == names.end() ? form.name : fmt::format("{}.{}", form.name, name->second);
    }

    struct KnownLayout {
        FormLayout layout;
        std::map<std::string, std::string> names;  // of sites, by their storage
    };

    // Read once, however many storages hang in it.
    const KnownLayout& layout_of(std::uint32_t storage, const FormStreams& streams) {
        const auto [known, is_new] = layouts_.try_emplace(storage);
        if (!is_new || !streams.f) return known->second;
        const CfbStream f = cfb_.read(*streams.f, budget_);
        if (!budget_.spend_steps(2 * f.bytes.size())) return known->second;
        known->second.layout = parse_form_layout(f.bytes);
        for (const FormSite& site : known->second.layout.sites) {
            if (!site.streamed) known->second.names.try_emplace(fmt::format("i{:02}", site.id), site.name);
        }
        return known->second;
    }

    void read_storage(std::uint32_t storage, const FormStreams& streams, VbaForm& form) {
        const std::string target = target_of(storage, form);
        if (streams.frame) {
            const CfbStream stream = cfb_.read(*streams.frame, budget_, max_run_text);
            add_frame_lines(form.lines, target, base::to_utf8(stream.bytes, charset_));
        }
        CfbStream f;
        CfbStream o;
        if (streams.f) f = cfb_.read(*streams.f, budget_);
        if (streams.o) o = cfb_.read(*streams.o, budget_);
        constexpr std::byte major_version{4};
        const bool is_layout = f.bytes.size() >= 2 && f.bytes[1] == major_version;
        if (!is_layout && !streams.frame) return;
        if (!budget_.spend_steps(2 * (f.bytes.size() + o.bytes.size()))) {
            form.damaged = true;
            return;
        }
        const FormLayout& layout = layout_of(storage, streams).layout;
        add_assignment(form.lines, target + ".Caption", layout.caption);
        const std::size_t understood = read_controls(layout, o.bytes, form);
        if (layout.damaged && streams.f) {
            form.damaged = true;
            add_runs(f.bytes, target + ".f", form);
        }
        add_runs(o.bytes.subspan(understood), target + ".o", form);
    }

    // Gives how many bytes of "o" belong to controls.
    std::size_t read_controls(const FormLayout& layout, base::Bytes o, VbaForm& form) {
        std::size_t at = 0;
        for (const FormSite& site : layout.sites) {
            const std::string control =
                fmt::format("{}.{}", form.name, site.name.empty() ? fmt::format("#{}", site.id) : site.name);
            add_assignment(form.lines, control + ".Tag", site.tag);
            add_assignment(form.lines, control + ".ControlTipText", site.tip);
            add_assignment(form.lines, control + ".ControlSource", site.control_source);
            add_assignment(form.lines, control + ".RowSource", site.row_source);
            if (!site.streamed) continue;
            const base::Bytes object = base::head(o.subspan(at), site.object_size);
            at += object.size();
            const FormControlText text = parse_form_control(object, site.class_index);
            add_assignment(form.lines, control + ".Caption", text.caption);
            add_assignment(form.lines, fmt::format("{}.{}", control, value_property(site.class_index)),
                           text.value);
            add_assignment(form.lines, control + ".GroupName", text.group);
            if (!text.known) add_runs(object, control, form);
        }
        return at;
    }

    void add_runs(base::Bytes bytes, const std::string& target, VbaForm& form) const {
        for (const std::string& run : text_runs(bytes, charset_, max_run_text))
            add_assignment(form.lines, target, run);
    }

    Cfb& cfb_;
    std::string_view charset_;
    Budget& budget_;
    std::map<std::uint32_t, FormStreams> streams_;
    std::map<std::uint32_t, KnownLayout> layouts_;
};

}  // namespace

void add_frame_lines(std::string& out, std::string_view form, std::string_view utf8) {
    while (!utf8.empty()) {
        const std::size_t end = std::min(utf8.find_first_of("\r\n"), utf8.size());
        const std::string_view line = utf8.substr(0, end);
        utf8.remove_prefix(std::min(end + 1, utf8.size()));
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view key = base::trim(line.substr(0, equals));
        std::string_view value = base::trim(line.substr(equals + 1));
        if (key.empty() || key.size() > 64 || !value.starts_with('"')) continue;
        // Quotes within are doubled there as well, and what follows the last one is a comment.
        value = value.substr(0, value.rfind('"') + 1);
        if (value.size() < 2) continue;
        value = value.substr(1, value.size() - 2);
        std::string text;
        for (std::size_t i = 0; i < value.size(); ++i) {
            text.push_back(value[i]);
            if (value.substr(i).starts_with("\"\"")) ++i;
        }
        add_assignment(out, fmt::format("{}.{}", form, key), text);
    }
}

std::vector<VbaForm> read_forms(Cfb& cfb, std::string_view charset, Budget& budget) {
    return Reader(cfb, charset, budget).run();
}

}  // namespace sekisho::scanner::office

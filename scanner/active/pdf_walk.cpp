#include "scanner/active/pdf_walk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace sekisho::scanner::active {

namespace {

constexpr std::uint64_t steps_per_object = 64;
constexpr std::uint64_t steps_per_entry = 16;
constexpr std::size_t few_pages = 2;

template <std::size_t n>
bool is_one_of(const std::string& key, const std::array<std::string_view, n>& sorted) {
    return std::ranges::binary_search(sorted, std::string_view(key));
}

// Under these no reader looks for actions, scripts or files; most of a document stands there.
bool leads_nowhere(const std::string& key) {
    constexpr std::array<std::string_view, 26> keys{
        "/AP",        "/Border",   "/BS",          "/ColorSpace", "/Contents",
        "/D",         "/DR",       "/DecodeParms", "/Dest",       "/Dests",
        "/Filter",    "/Font",     "/IRT",         "/Info",       "/MK",
        "/MediaBox",  "/Metadata", "/P",           "/PageLabels", "/Parent",
        "/PieceInfo", "/Popup",    "/Rect",        "/Resources",  "/StructTreeRoot",
        "/Thumb"};
    return std::ranges::find(keys, std::string_view(key)) != keys.end();
}

// 12.6.3: triggers that fire while the document is opened, shown or closed. Those of fields (K, F, V, C) are
// what every form has, and those of the mouse's buttons and the keyboard take a click.
bool fires_by_itself(const std::string& trigger) {
    constexpr std::array<std::string_view, 12> triggers{"/DC", "/DP", "/DS", "/E",  "/O",  "/PC",
                                                        "/PI", "/PO", "/PV", "/WC", "/WS", "/X"};
    return is_one_of(trigger, triggers) || trigger == "/WP";
}

// Strings are PDFDocEncoding or UTF-16 with its mark (7.9.2.2).
std::string text_of(QPDFObjectHandle value) {
    return value.isString() ? value.getUTF8Value() : std::string();
}

// A file specification (7.11): a string, or a dictionary with one for each system.
std::string place_of_file(QPDFObjectHandle value) {
    if (value.isString()) return value.getUTF8Value();
    if (!value.isDictionary()) return {};
    for (const char* key : {"/UF", "/F", "/DOS", "/Unix", "/Mac"}) {
        std::string place = text_of(value.getKey(key));
        if (!place.empty()) return place;
    }
    return {};
}

// Width times height; 0 where it is no rectangle.
double area_of(QPDFObjectHandle rectangle) {
    if (!rectangle.isArray() || rectangle.getArrayNItems() != 4) return 0;
    std::array<double, 4> sides{};
    for (int i = 0; i < 4; ++i) {
        QPDFObjectHandle side = rectangle.getArrayItem(i);
        if (!side.isNumber()) return 0;
        sides.at(static_cast<std::size_t>(i)) = side.getNumericValue();
    }
    const double area = std::abs((sides[2] - sides[0]) * (sides[3] - sides[1]));
    return std::isfinite(area) ? area : 0;
}

// True where `key` is new, or was come to by a lesser way than now.
template <class Map, class Key, class Way>
bool is_raised(Map& ways, const Key& key, Way way) {
    const auto [place, fresh] = ways.try_emplace(key, way);
    if (!fresh && place->second >= way) return false;
    place->second = way;
    return true;
}

// Memory that qpdf takes for a while.
class Held {
public:
    Held(Budget& budget, std::uint64_t bytes) : budget_(budget), bytes_(bytes) {
        if (!budget_.spend_resident(bytes_)) throw Stopped{};
    }
    ~Held() { budget_.return_resident(bytes_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

private:
    Budget& budget_;
    std::uint64_t bytes_;
};

// The bytes of strings in a content stream (7.8.2), whatever operator shows them.
std::size_t shown_bytes(std::string_view content) {
    std::size_t out = 0;
    int depth = 0;
    bool hex = false;
    for (std::size_t i = 0; i < content.size(); ++i) {
        const char c = content[i];
        if (depth > 0) {
            if (c == '\\') ++i;
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            out += depth > 0 ? 1U : 0U;
        } else if (hex) {
            hex = c != '>';
            out += hex && i % 2 == 0 ? 1U : 0U;
        } else if (c == '(') {
            depth = 1;
        } else if (c == '<') {
            hex = i + 1 < content.size() && content[i + 1] != '<';
            if (!hex) ++i;
        }
    }
    return out;
}

}  // namespace

void PdfWalk::charge(std::uint64_t steps) {
    if (!budget_.spend_steps(steps)) throw Stopped{};
}

void PdfWalk::reach_limit() {
    out_.complete = false;
    budget_.reach("limit.embedded");
}

bool PdfWalk::is_new(QPDFObjectHandle& object, Way way) {
    if (!object.isIndirect()) return true;
    return seen_.emplace(object.getObjectID(), object.getGeneration(), way).second;
}

void PdfWalk::walk_from(const QPDFObjectHandle& object) {
    waiting_.push_back({object, Way::plain});
    while (!waiting_.empty()) {
        Item item = std::move(waiting_.back());
        waiting_.pop_back();
        if (is_new(item.object, item.way)) read(std::move(item));
    }
}

void PdfWalk::read(Item item) {
    charge(steps_per_object);
    QPDFObjectHandle& object = item.object;
    if (object.isStream()) return read_dictionary(object.getDict(), item.way);
    if (object.isDictionary()) return read_dictionary(object, item.way);
    if (!object.isArray()) return;
    const int count = object.getArrayNItems();
    charge(steps_per_entry * static_cast<std::uint64_t>(count));
    for (int i = count; i-- > 0;) {  // the first one on top
        QPDFObjectHandle value = object.getArrayItem(i);
        if (value.isIndirect() || value.isDictionary() || value.isArray())
            waiting_.push_back({std::move(value), item.way});
    }
}

void PdfWalk::read_dictionary(QPDFObjectHandle dictionary, Way way) {
    if (dictionary.hasKey("/S") || dictionary.hasKey("/JS")) read_action(dictionary, way);
    if (dictionary.hasKey("/EF")) add_files(dictionary);
    if (dictionary.hasKey("/XFA")) add_xfa(dictionary.getKey("/XFA"));
    const QPDFObjectHandle subtype = dictionary.getKey("/Subtype");
    const auto is_subtype = [&](std::string_view name) {
        QPDFObjectHandle value = subtype;
        return value.isName() && value.getName() == name;
    };
    if (is_subtype("/RichMedia")) out_.rich_media = true;
    if (is_subtype("/Link") || is_subtype("/Widget")) note_link(dictionary);
    if (dictionary.isDictionaryOfType("/Page") && ++out_.pages <= few_pages)
        first_pages_.push_back(dictionary);
    push_entries(dictionary, way);
}

// How the value under `key` of a dictionary is come to that was come to by `way`.
PdfWalk::Way PdfWalk::way_of(const std::string& key, Way way) {
    if (way == Way::triggers) return fires_by_itself(key) ? Way::automatic : Way::plain;
    if (key == "/AA") return Way::triggers;
    if (key == "/JavaScript" || way == Way::names) return Way::names;
    const bool goes_on = way == Way::automatic && key == "/Next";
    return goes_on || key == "/OpenAction" ? Way::automatic : Way::plain;
}

void PdfWalk::push_entries(QPDFObjectHandle dictionary, Way way) {
    const auto entries = dictionary.getDictAsMap();
    charge(steps_per_entry * entries.size());
    const auto push = [&](const std::string& key, QPDFObjectHandle value) {
        if (leads_nowhere(key) && way != Way::triggers) return;
        if (!value.isIndirect() && !value.isDictionary() && !value.isArray() && !value.isStream()) return;
        waiting_.push_back({std::move(value), way_of(key, way)});
    };
    // What runs by itself comes on top: a limit that the rest reaches does not hide it.
    const auto runs = [&](const std::string& key) { return way_of(key, way) != Way::plain; };
    for (const bool on_top : {false, true}) {
        for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
            if (runs(entry->first) == on_top) push(entry->first, entry->second);
        }
    }
}

void PdfWalk::read_action(QPDFObjectHandle dictionary, Way way) {
    const bool automatic = way == Way::automatic || way == Way::names;
    if (dictionary.hasKey("/JS")) add_script(dictionary.getKey("/JS"), way);
    QPDFObjectHandle kind = dictionary.getKey("/S");
    if (!kind.isName()) return;
    const std::string name = kind.getName();
    if (name == "/Launch") return read_launch(dictionary, automatic);
    using Kind = PdfAction::Kind;
    if (name == "/URI") return add_action({Kind::uri, text_of(dictionary.getKey("/URI")), {}, automatic});
    struct Row {
        std::string_view name;
        Kind kind;
    };
    constexpr std::array rows{Row{"/GoToR", Kind::go_to}, Row{"/GoToE", Kind::go_to},
                              Row{"/Thread", Kind::go_to}, Row{"/SubmitForm", Kind::submit_form},
                              Row{"/ImportData", Kind::import_data}};
    const auto row = std::ranges::find(rows, std::string_view(name), &Row::name);
    if (row != rows.end()) add_action({row->kind, place_of_file(dictionary.getKey("/F")), {}, automatic});
}

void PdfWalk::read_launch(QPDFObjectHandle dictionary, bool automatic) {
    PdfAction action{.kind = PdfAction::Kind::launch, .automatic = automatic};
    action.place = place_of_file(dictionary.getKey("/F"));
    for (const char* system : {"/Win", "/Unix", "/Mac"}) {
        QPDFObjectHandle value = dictionary.getKey(system);
        if (action.place.empty() || value.isDictionary()) {
            std::string place = place_of_file(value);
            if (!place.empty()) action.place = std::move(place);
        }
        if (value.isDictionary() && action.parameters.empty())
            action.parameters = text_of(value.getKey("/P"));
    }
    add_action(std::move(action));
}

void PdfWalk::add_action(PdfAction action) {
    // A price list has a link in each line.
    const bool plain = action.kind == PdfAction::Kind::uri && !action.automatic &&
                       (base::starts_with_ignoring_case(action.place, "https:") ||
                        base::starts_with_ignoring_case(action.place, "http:"));
    if (plain && (web_links_.size() >= max_pdf_actions || web_links_.contains(action.place))) return;
    if (!has_room_for(action) || (!plain && other_actions_ >= max_pdf_actions)) return reach_limit();
    action_bytes_ += action.place.size() + action.parameters.size();
    if (plain) web_links_.insert(action.place);
    other_actions_ += plain ? 0U : 1U;
    out_.actions.push_back(std::move(action));
}

// Thousands of actions may share one long string.
bool PdfWalk::has_room_for(const PdfAction& action) {
    const std::size_t room = max_pdf_script_bytes - action_bytes_;
    return action.place.size() <= room && action.parameters.size() <= room - action.place.size();
}

void PdfWalk::add_script(QPDFObjectHandle script, Way way) {
    std::string text;
    if (script.isStream()) {
        if (!is_raised(script_streams_, Id(script.getObjectID(), script.getGeneration()), way)) return;
        text = decoded_text(script);
    } else {
        text = text_of(script);
    }
    if (text.empty()) return;
    charge(text.size());
    const auto digest = base::sha256(base::as_bytes(text));
    if (const auto kept = scripts_.find(digest); kept != scripts_.end() && kept->second >= way) return;
    if (text.size() > max_pdf_script_bytes - script_bytes_) return reach_limit();
    scripts_[digest] = way;
    script_bytes_ += text.size();
    std::string& scripts = way == Way::automatic ? out_.automatic_scripts
                           : way == Way::names   ? out_.document_scripts
                                                 : out_.other_scripts;
    scripts += text + "\n";
}

void PdfWalk::add_files(QPDFObjectHandle dictionary) {
    QPDFObjectHandle files = dictionary.getKey("/EF");
    if (!files.isDictionary()) return;
    for (const char* key : {"/UF", "/F", "/DOS", "/Unix", "/Mac"}) {
        QPDFObjectHandle stream = files.getKey(key);
        if (!stream.isStream() || !decoded_.emplace(stream.getObjectID(), stream.getGeneration()).second)
            continue;
        if (out_.files.size() >= max_pdf_files) return reach_limit();
        PdfFile& file = out_.files.emplace_back(
            PdfFile{.name = place_of_file(dictionary), .content = Output(budget_), .whole = false});
        file.whole = decode(stream, file.content);
        if (!stream.getDict().hasKey("/Filter"))
            file.offset = static_cast<std::size_t>(std::max<qpdf_offset_t>(0, stream.getParsedOffset()));
    }
}

void PdfWalk::add_xfa(QPDFObjectHandle value) {
    const auto add = [&](QPDFObjectHandle stream) {
        if (!stream.isStream() || !decoded_.emplace(stream.getObjectID(), stream.getGeneration()).second)
            return;
        if (out_.xfa.size() >= max_pdf_script_bytes) return reach_limit();
        out_.xfa += decoded_text(stream);
    };
    if (!value.isArray()) return add(value);
    for (int i = 0; i < value.getArrayNItems(); ++i) {
        charge(steps_per_entry);
        add(value.getArrayItem(i));
    }
}

void PdfWalk::note_link(QPDFObjectHandle annotation) {
    constexpr double page = 595.0 * 842.0;  // A4, in points
    QPDFObjectHandle action = annotation.getKey("/A");
    if (!action.isDictionary() || !action.getKey("/URI").isString()) return;
    ++out_.links;
    out_.largest_link =
        std::max(out_.largest_link, std::min(1.0, area_of(annotation.getKey("/Rect")) / page));
}

void PdfWalk::look_at_pages() {
    if (out_.pages > few_pages) return;
    for (QPDFObjectHandle& page : first_pages_) {
        QPDFObjectHandle contents = page.getKey("/Contents");
        const int pieces = contents.isArray() ? contents.getArrayNItems() : 0;
        if (contents.isStream()) measure_text(contents);
        for (int i = 0; i < pieces; ++i) {
            charge(steps_per_object);
            measure_text(contents.getArrayItem(i));
        }
        QPDFObjectHandle resources = page.getKey("/Resources");
        if (!resources.isDictionary() || !resources.getKey("/XObject").isDictionary()) continue;
        for (auto& [name, object] : resources.getKey("/XObject").getDictAsMap()) {
            charge(steps_per_object);
            QPDFObjectHandle value = object;
            out_.shows_picture =
                out_.shows_picture ||
                (value.isStream() && value.getDict().getKey("/Subtype").isNameAndEquals("/Image"));
        }
    }
}

void PdfWalk::measure_text(QPDFObjectHandle contents) {
    if (contents.isStream()) out_.text_bytes += shown_bytes(decoded_text(contents));
}

std::string PdfWalk::decoded_text(const QPDFObjectHandle& stream) {
    Output output(budget_);
    (void)decode(stream, output);  // what could be read is read
    if (output.size() > max_pdf_script_bytes) reach_limit();
    std::string text(base::as_text(base::head(output.view(), max_pdf_script_bytes)));
    return QUtil::is_utf16(text) ? QUtil::utf16_to_utf8(text) : text;
}

// Filters one by one, each into an Output of its own: a chain of them may unfold to no end in between.
bool PdfWalk::decode(QPDFObjectHandle stream, Output& output) {
    constexpr int most_filters = 8;
    QPDFObjectHandle filters = stream.getDict().getKey("/Filter");
    if (!filters.isArray() || filters.getArrayNItems() < 2) return decode_one(stream, output, false);
    if (filters.getArrayNItems() > most_filters) {
        reach_limit();
        return false;
    }
    QPDFObjectHandle parameters = stream.getDict().getKey("/DecodeParms");
    std::string data;
    std::optional<Held> held;  // for it
    bool whole = true;
    for (int i = -1; i < filters.getArrayNItems(); ++i) {
        const bool is_last = i + 1 == filters.getArrayNItems();
        QPDFObjectHandle stage = stream;
        if (i >= 0) {
            stage = QPDFObjectHandle::newStream(&qpdf_, std::move(data));
            stage.getDict().replaceKey("/Filter", filters.getArrayItem(i));
            if (parameters.isArray() && i < parameters.getArrayNItems())
                stage.getDict().replaceKey("/DecodeParms", parameters.getArrayItem(i));
        }
        Output piece(budget_);
        whole = decode_one(stage, is_last ? output : piece, i < 0) && whole;
        if (i >= 0)
            stage.replaceStreamData(std::string(), QPDFObjectHandle::newNull(), QPDFObjectHandle::newNull());
        held.reset();
        if (is_last) break;
        held.emplace(budget_, piece.view().size());
        data = base::as_text(piece.view());
    }
    return whole;
}

bool PdfWalk::decode_one(QPDFObjectHandle stream, Output& output, bool raw) {
    OutputPipeline pipeline(output, budget_);
    bool filtered = false;
    const bool done =
        stream.pipeStreamData(&pipeline, &filtered, 0, raw ? qpdf_dl_none : qpdf_dl_specialized, true);
    return done && (raw || filtered || !stream.getDict().hasKey("/Filter"));
}

}  // namespace sekisho::scanner::active

#include "scanner/office/xlm/package.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "scanner/office/xlm/biff12.h"
#include "scanner/office/xlm/judge.h"
#include "scanner/office/xlm/sheet_xml.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office::xlm {

namespace {

// "xl/sheets/../a.xml" as "xl/a.xml", in lower case, without a slash in front.
std::string normal_path(std::string_view folder, std::string_view target) {
    std::string whole =
        base::to_lower(target.starts_with('/') ? std::string(target) : fmt::format("{}/{}", folder, target));
    std::ranges::replace(whole, '\\', '/');
    std::vector<std::string_view> parts;
    for (const std::string_view part : base::split(whole, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            if (!parts.empty()) parts.pop_back();
        } else {
            parts.push_back(part);
        }
    }
    std::string out;
    for (const std::string_view part : parts)
        out += fmt::format("{}{}", out.empty() ? "" : "/", part);
    return out;
}

bool mentions(std::string_view text, std::string_view word) {
    return base::find_ignoring_case(text, word) != text.npos;
}

class PackageReader {
public:
    PackageReader(const Part& part, std::span<const PackageMember> members, Extraction& extraction)
        : part_(part), members_(members), extraction_(extraction), budget_(extraction.budget()) {}

    void run() {
        read_links();
        if (!has_macro_sheet()) {
            if (!book_.links.empty()) judge_book(book_, part_, extraction_);
            return;
        }
        book_.links.clear();
        const PackageMember* workbook = find_workbook();
        std::vector<std::string> ids;
        std::vector<Relationship> relationships;
        std::string folder = "xl";
        if (workbook != nullptr) {
            folder = workbook->name.substr(0, std::min(workbook->name.rfind('/'), workbook->name.size()));
            const std::size_t slash = workbook->name.rfind('/');
            const std::string base_name =
                slash == std::string::npos ? workbook->name : workbook->name.substr(slash + 1);
            if (slash == std::string::npos) folder.clear();
            read_workbook(*workbook, ids);
            if (const auto* rels = member(normal_path(folder, fmt::format("_rels/{}.rels", base_name))))
                relationships = relationships_of(*rels);
        }
        read_strings(folder);
        bind_sheets(folder, ids, relationships);
        read_sheets();
        read_links();
        judge_book(book_, part_, extraction_);
    }

private:
    const PackageMember* member(std::string_view path) const {
        for (const PackageMember& one : members_) {
            if (normal_path("", one.name) == path) return &one;
        }
        return nullptr;
    }

    static bool is_binary(const PackageMember& one) {
        return base::ends_with_ignoring_case(one.name, ".bin");
    }
    static std::string_view head_of(const PackageMember& one) {
        constexpr std::size_t enough = 2'048;
        return base::as_text(base::head(one.bytes, enough));
    }

    // Empty where the budget is spent.
    XmlText xml_of(const PackageMember& one) {
        constexpr std::uint64_t passes = 2;
        return XmlText(budget_.spend_steps(passes * one.bytes.size()) ? one.bytes : base::Bytes());
    }

    std::vector<Relationship> relationships_of(const PackageMember& one) {
        const XmlText xml = xml_of(one);
        return read_relationships(xml.view());
    }

    // <ddeLink ddeService="cmd" ddeTopic="/c ...">
    void read_links() {
        for (const PackageMember& one : members_) {
            if (!mentions(one.name, "externallink") || mentions(one.name, ".rels") ||
                book_.links.size() >= max_links)
                continue;
            const XmlText xml = xml_of(one);
            XmlPull in(xml.view());
            for (auto token = in.next(); token != XmlPull::Token::end; token = in.next()) {
                if (token != XmlPull::Token::start_tag || in.local_name() != "ddeLink") continue;
                book_.links.push_back({.kind = Link::Kind::dde,
                                       .target = fmt::format("{}|{}", in.attribute("ddeService").value_or(""),
                                                             in.attribute("ddeTopic").value_or(""))});
            }
        }
    }

    static bool is_macro_sheet_xml(const PackageMember& one) {
        const std::string_view head = head_of(one);
        return mentions(head, ":macrosheet") || mentions(head, "<macrosheet");
    }

    bool has_macro_sheet() const {
        return std::ranges::any_of(members_, [](const PackageMember& one) {
            if (mentions(one.name, "macrosheets")) return true;
            if (mentions(one.name, ".rels"))
                return mentions(base::as_text(base::head(one.bytes, 1u << 20)), "macrosheet");
            return base::ends_with_ignoring_case(one.name, ".xml") && is_macro_sheet_xml(one) &&
                   !mentions(one.name, "[content_types]");
        });
    }

    const PackageMember* find_workbook() {
        if (const auto* rels = member("_rels/.rels")) {
            for (const Relationship& relationship : relationships_of(*rels)) {
                if (!base::ends_with_ignoring_case(relationship.type, "/officeDocument")) continue;
                if (const auto* found = member(normal_path("", relationship.target))) return found;
            }
        }
        if (const auto* found = member("xl/workbook.bin")) return found;
        return member("xl/workbook.xml");
    }

    void read_workbook(const PackageMember& workbook, std::vector<std::string>& ids) {
        if (is_binary(workbook)) {
            book_.dialect = Dialect::biff12;
            if (budget_.spend_steps(workbook.bytes.size())) read_workbook_bin(workbook.bytes, book_, ids);
        } else {
            book_.dialect = Dialect::text_a1;
            const XmlText xml = xml_of(workbook);
            read_workbook_xml(xml.view(), book_, ids);
        }
    }

    void read_strings(std::string_view folder) {
        if (const auto* bin = member(normal_path(folder, "sharedStrings.bin"))) {
            if (budget_.spend_steps(2 * bin->bytes.size())) read_strings_bin(bin->bytes, book_);
        }
        if (const auto* xml = member(normal_path(folder, "sharedStrings.xml"))) {
            const XmlText text = xml_of(*xml);
            read_strings_xml(text.view(), book_);
        }
    }

    // Which member is which sheet; macro sheets that no relationship leads to get one of their own.
    void bind_sheets(std::string_view folder, std::span<const std::string> ids,
                     std::span<const Relationship> relationships) {
        parts_.assign(book_.sheets.size(), nullptr);
        for (std::size_t i = 0; i < ids.size() && i < parts_.size(); ++i) {
            const auto relationship = std::ranges::find(relationships, ids[i], &Relationship::id);
            if (relationship == relationships.end()) continue;
            parts_[i] = member(normal_path(folder, relationship->target));
            book_.sheets[i].macro = mentions(relationship->type, "macrosheet");
        }
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            if (parts_[i] != nullptr &&
                (mentions(parts_[i]->name, "macrosheets") || is_macro_sheet_xml(*parts_[i])))
                book_.sheets[i].macro = true;
        }
        for (const PackageMember& one : members_) {
            const bool sheet = base::ends_with_ignoring_case(one.name, ".bin") ||
                               base::ends_with_ignoring_case(one.name, ".xml");
            const bool macro =
                mentions(one.name, "macrosheets/") || (!is_binary(one) && is_macro_sheet_xml(one));
            if (!sheet || !macro || mentions(one.name, "[content_types]") ||
                std::ranges::find(parts_, &one) != parts_.end())
                continue;
            if (book_.sheets.size() >= max_sheets) break;
            book_.sheets.push_back({.name = one.name, .macro = true});
            parts_.push_back(&one);
        }
    }

    void read_sheets() {
        for (const bool macros : {true, false}) {
            if (!macros && !book_.has_macros()) return;
            for (std::size_t i = 0; i < parts_.size(); ++i) {
                if (parts_[i] == nullptr || book_.sheets[i].macro != macros) continue;
                if (is_binary(*parts_[i])) {
                    if (budget_.spend_steps(parts_[i]->bytes.size()))
                        read_cells_bin(parts_[i]->bytes, book_, book_.sheets[i], budget_);
                } else {
                    const XmlText xml = xml_of(*parts_[i]);
                    read_cells_xml(xml.view(), book_, book_.sheets[i], budget_);
                }
            }
        }
    }

    const Part& part_;
    std::span<const PackageMember> members_;
    Extraction& extraction_;
    Budget& budget_;
    Book book_;
    std::vector<const PackageMember*> parts_;  // of each sheet; null where there is none
};

}  // namespace

void open_package(const Part& part, std::span<const PackageMember> members, Extraction& extraction) {
    constexpr std::size_t most_members = 10'000;
    if (members.size() > most_members) members = members.first(most_members);
    PackageReader(part, members, extraction).run();
}

}  // namespace sekisho::scanner::office::xlm

#include "scanner/office/locked.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scanner/office/biff_lock.h"
#include "scanner/office/cfb_edit.h"
#include "scanner/office/document_lock.h"
#include "scanner/office/ole_objects.h"
#include "scanner/office/ppt_lock.h"
#include "scanner/office/word_lock.h"
#include "scanner/unlock/key_search.h"
#include "scanner/unlock/ooxml_lock.h"

namespace sekisho::scanner::office {

namespace {

using unlock::Fit;
using unlock::Key;
using unlock::KeySearch;
using unlock::PasswordBytes;

// [MS-OFFCRYPTO] 2.4.2.3: Excel and PowerPoint lock what is write-protected with these, and try them before
// they ask anybody.
constexpr std::array<std::string_view, 2> default_passwords{"VelvetSweatshop", "/01Hannes Ruescher/01"};
constexpr std::string_view default_label = "default";

constexpr std::uint32_t entries_for_look = 4'096;
constexpr std::size_t enough_for_look = 16'384;

// One compound file whose locks are looked for.
class Opening {
public:
    Opening(const Part& part, Cfb& cfb, Extraction& extraction)
        : part_(part), cfb_(cfb), extraction_(extraction), budget_(extraction.budget()) {}

    LockOutcome run() {
        LockOutcome out;
        if (const auto package = cfb_.find_in_root("EncryptedPackage")) {
            out.locked = true;
            open_package(*package);
        }
        CfbEdit edit(cfb_, part_.bytes, budget_);
        std::optional<Key> key;  // of the first lock that it opened
        for (const auto& [what, lock] : document_locks()) {
            if (lock && *lock == nullptr) continue;
            out.locked = true;
            auto found = open_document(what, lock, edit);
            if (!key) key = std::move(found);
        }
        if (key) out.in_child = add_document(*key, edit);
        return out;
    }

private:
    void find(std::string_view id, std::string_view evidence) {
        extraction_.findings().add(id, part_.id, evidence);
    }

    struct NamedLock {
        std::string_view what;
        DocumentLockResult lock;
    };
    std::vector<NamedLock> document_locks() {
        std::vector<NamedLock> out;
        out.push_back({"Word document", open_word_lock(cfb_, budget_)});
        for (const std::string_view name : {"Workbook", "Book"}) {
            if (const auto stream = cfb_.find_in_root(name))
                out.push_back({"workbook", open_biff_lock(cfb_, *stream, budget_)});
        }
        out.push_back({"presentation", open_ppt_lock(cfb_, budget_)});
        return out;
    }

    std::optional<Key> open_document(std::string_view what, const DocumentLockResult& lock, CfbEdit& edit) {
        if (!lock) {
            stay_shut(fmt::format("{}: {}", what, lock.error().message));
            return std::nullopt;
        }
        KeySearch search = search_of((*lock)->password_bytes());
        auto key = search.find((*lock)->price(),
                               [&](std::string_view password) { return (*lock)->fit_of(password); });
        if (!key) {
            stay_shut(std::string(what), search);
            return std::nullopt;
        }
        if (!(*lock)->decrypt(cfb_, budget_, edit)) {
            damaged_ = true;
            find("document.damaged", fmt::format("{}: not all of it could be decrypted", what));
        }
        return key;
    }

    // True where the child holds all of the document.
    bool add_document(const Key& key, CfbEdit& edit) {
        Output output = extraction_.new_output();
        edit.write(output);
        const bool whole = !output.truncated();
        ChildSpec spec = unlocked(key);
        if (damaged_) spec.flags.set(PartFlag::damaged);
        return extraction_.add_child(std::move(spec), std::move(output)) && whole;
    }

    KeySearch search_of(PasswordBytes bytes) const {
        KeySearch search(extraction_.passwords(), budget_, bytes);
        for (const std::string_view password : default_passwords)
            search.try_first(password, default_label);
        return search;
    }

    void open_package(std::uint32_t index) {
        const std::string what = fmt::format("EncryptedPackage, {} bytes", cfb_.entries()[index].size);
        const auto info_index = cfb_.find_in_root("EncryptionInfo");
        if (!info_index)
            return stay_shut(what + (is_drm() ? ", rights management (DRM)" : ", no EncryptionInfo"));
        const CfbStream info = cfb_.read(*info_index, budget_);
        const CfbStream package = cfb_.read(index, budget_);
        auto lock = unlock::OoxmlLock::open(info.bytes);
        if (!lock) return stay_shut(fmt::format("{}: {}", what, lock.error().message));
        KeySearch search = search_of(PasswordBytes::utf16le);
        auto key = search.find((*lock)->price(), [&](std::string_view password) {
            return (*lock)->fit_of(password, package.bytes);
        });
        if (!key) return stay_shut(what, search);
        Output output = extraction_.new_output();
        const auto plain = (*lock)->decrypt(package.bytes, budget_, output);
        ChildSpec spec = unlocked(*key);
        if (plain.cut) {
            spec.flags.set(PartFlag::truncated);
            find("document.damaged", "EncryptedPackage is shorter than it says");
        }
        if (plain.overlong || !plain.authentic) {
            spec.flags.set(PartFlag::damaged);
            find("document.damaged", plain.overlong ? "EncryptedPackage is longer than it says"
                                                    : "EncryptedPackage fails its check of integrity");
        }
        (void)extraction_.add_child(std::move(spec), std::move(output));
    }

    bool is_drm() const {
        return std::ranges::any_of(cfb_.entries(), [](const CfbEntry& entry) {
            return entry.name.starts_with("DRMEncrypted") || entry.name == "\tDRMContent";
        });
    }

    // What opened it is told; the child is the document.
    ChildSpec unlocked(const Key& key) {
        ChildSpec spec;
        spec.label = "decrypted";
        spec.name = part_.name;
        spec.opened_by = "office-encrypted";
        spec.flags.set(PartFlag::encrypted);
        spec.flags.set(PartFlag::unlocked);
        spec.unlocked_by = key.label;
        if (key.label == default_label) {
            find("document.encrypted.default-password", {});
            return spec;
        }
        find("document.encrypted.unlocked", key.label);
        spec.password = key.password;
        return spec;
    }

    void stay_shut(const std::string& what, const KeySearch& search) {
        if (search.ran_out()) budget_.reach("limit.passwords");
        if (search.too_dear()) find("document.encrypted.kdf-cost", what);
        stay_shut(fmt::format("{}; {}", what, search.tried()));
    }
    void stay_shut(std::string what) {
        const bool macros = std::ranges::any_of(cfb_.entries(), [](const CfbEntry& entry) {
            return entry.kind == CfbEntry::Kind::storage && entry.name == "VBA";
        });
        if (macros) what += "; holds a VBA project";
        find("document.encrypted.unopened", what);
        ChildSpec spec;
        spec.label = "encrypted";
        spec.name = part_.name;
        spec.opened_by = "office-encrypted";
        spec.flags.set(PartFlag::encrypted);
        (void)extraction_.add_skipped(std::move(spec));  // a spent budget shows at the next child
    }

    const Part& part_;
    Cfb& cfb_;
    Extraction& extraction_;
    Budget& budget_;
    bool damaged_ = false;
};

}  // namespace

LockOutcome open_locks(const Part& part, Cfb& cfb, Extraction& extraction) {
    return Opening(part, cfb, extraction).run();
}

bool is_locked(base::Bytes file) {
    auto cfb = Cfb::open(file, entries_for_look);
    if (!cfb) return false;
    if (cfb->find_in_root("EncryptedPackage")) return true;
    Budget budget({}, file.size());
    const auto head_says = [&](std::string_view name, bool (*says)(base::Bytes)) {
        const auto index = cfb->find_in_root(name);
        return index && says(cfb->read(*index, budget, enough_for_look).bytes);
    };
    return head_says("WordDocument", is_encrypted_word) || head_says("Workbook", is_encrypted_workbook) ||
           head_says("Book", is_encrypted_workbook) || head_says("Current User", is_encrypted_presentation) ||
           cfb->find_in_root("EncryptedSummary");
}

}  // namespace sekisho::scanner::office

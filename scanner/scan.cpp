#include "scanner/scan.h"

#include <algorithm>
#include <deque>
#include <exception>
#include <set>

#include "base/base64.h"
#include "base/charset.h"
#include "base/escape.h"
#include "base/hash.h"
#include "base/text.h"
#include "scanner/embedded.h"
#include "scanner/format.h"
#include "scanner/hidden_parts.h"
#include "scanner/identify.h"
#include "scanner/magic.h"
#include "scanner/mail_texts.h"
#include "scanner/names.h"
#include "scanner/rule_facts.h"
#include "scanner/text_of.h"

namespace sekisho::scanner {

namespace {

// Bytes of parts that are hashed; parts beyond it have no hash in the report. No hash is a reason to read 600
// MB of padding.
constexpr std::uint64_t max_hashed = 128u << 20;
constexpr std::size_t max_texts = 64;  // parts that are read for passwords, at most

std::vector<std::string> flag_names(PartFlags flags) {
    constexpr std::array names{"encrypted", "unlocked", "truncated", "ambiguous",
                               "damaged",   "skipped",  "hidden"};
    std::vector<std::string> out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (flags.has(static_cast<PartFlag>(i))) out.emplace_back(names[i]);
    }
    return out;
}

// One scan: the parts that wait, what is found, and what may still be spent.
class Scan {
public:
    Scan(const model::ScanRequest& request, base::Bytes input, const Rooms& rooms, Engine& rules,
         PartSink* sink, PageStore* pages, std::chrono::milliseconds queued, const MailJudge* judge)
        : request_(request),
          rooms_(rooms),
          rules_(rules),
          sink_(sink),
          judge_(judge),
          budget_(request.limits, input.size(), queued, pages),
          findings_(request.limits.max_findings),
          rules_left_(request.limits.max_rules_time) {
        Part root;
        set_name(root, request.name);
        root.opened_by = "input";
        root.bytes = input;
        if (request.kind == model::InputKind::message) root.type = "message/rfc822";
        (void)budget_.spend_part(0);
        const Format* format = identify(root, rooms_);
        root.path = root.type == "message/rfc822" ? "message" : "file";
        enqueue({std::move(root), format}, Turn::light);
    }

    model::WorkerReport run() {
        while (auto waiting = next()) {
            visit(waiting->part, waiting->format);
        }
        judge_mail();
        return report();
    }

private:
    class Opening;  // the Extraction of one part

    // A part that is identified and not yet looked at.
    struct Waiting {
        Part part;
        const Format* format = nullptr;
    };

    std::optional<Waiting> next() {
        for (auto& queue : waiting_) {
            if (queue.empty()) continue;
            Waiting waiting = std::move(queue.back());
            queue.pop_back();
            return waiting;
        }
        return std::nullopt;
    }

    void enqueue(Waiting waiting, Turn turn) {
        if (waiting.part.id == summaries_.size()) summaries_.emplace_back();
        describe(waiting.part);
        waiting_[static_cast<std::size_t>(turn)].push_back(std::move(waiting));
    }

    // Children wait in the turn of their format. They are put in so that the first child is taken out first.
    void enqueue_children(std::vector<Part> children) {
        for (auto child = children.rbegin(); child != children.rend(); ++child) {
            const Format* format = identify(*child, rooms_);
            const Turn turn =
                format != nullptr && format->turn != nullptr ? format->turn(*child) : Turn::heavy;
            enqueue({std::move(*child), format}, turn);
        }
    }

    void describe(const Part& part) {
        model::PartSummary& out = summaries_[part.id];
        out.id = part.id;
        out.parent = part.parent;
        out.path = part.path;
        out.name = part.name;
        out.name_raw = base::base64_encode(base::as_bytes(part.name_raw));
        out.claimed_type = base::repair_utf8(part.claimed_type);
        out.type = part.type;
        out.size = part.bytes.size();
        out.opened_by = part.opened_by;
        out.readings = part.readings;
        out.flags = flag_names(part.flags);
        if (!part.unlocked_by.empty()) out.flags.push_back("unlocked by " + part.unlocked_by);
    }

    void visit(Part& part, const Format* format) {
        // The input's own hash is taken by whoever handed it in; once is enough.
        // Padding is hashed more slowly than it is unfolded.
        const std::uint64_t cost = part.bytes.size() * (part.paddings().empty() ? 1 : 4);
        if (part.parent && cost <= hashes_left_) {
            hashes_left_ -= cost;
            summaries_[part.id].sha256 = base::hex(base::sha256(part.bytes));
        }
        if (sink_ != nullptr) sink_->on_part(part);
        if (std::ranges::find(request_.skip_parts, part.path) != request_.skip_parts.end()) {
            part.flags.set(PartFlag::skipped);
            describe(part);  // whoever asked for it says why
            return;
        }
        if (!budget_.in_time()) {
            part.flags.set(PartFlag::skipped);
            describe(part);
            note_limits(part.id);
            return;
        }
        guarded(part, [&] { look_at(part, format); });
        note_limits(part.id);
    }

    void look_at(Part& part, const Format* format) {
        judge_name(part, findings_);
        judge_type(part, format, rooms_, findings_);
        hidden_.note(part, format);
        if (part.is_text() && texts_.size() < max_texts) texts_.push_back(part);
        if (format != nullptr) {
            risky_ = risky_ || format->risky;
            if (format->turn != nullptr && format->turn(part) == Turn::locked) harvest();
        }
        open(part, format);
        if (format != nullptr && format->inspect != nullptr) format->inspect(part, findings_);
        risky_ = risky_ || (format == nullptr && !part.bytes.empty());  // libmagic looked at it
        if (rooms_.inspect_text != nullptr) rooms_.inspect_text(part, findings_);
        run_rules(part, format);
    }

    void open(const Part& part, const Format* format);

    void judge_mail() {
        if (judge_ == nullptr || !mail_ || !budget_.in_time()) return;
        const MailView view{.message = *mail_, .texts = texts_, .parts = summaries_};
        guarded(*mail_, [&] { message_.text_key = judge_->judge(view, budget_, findings_); });
        note_limits(mail_->id);
    }

    // A part that exhausts memory, or meets a bug of ours, costs itself alone.
    template <class Work>
    void guarded(const Part& part, Work work) {
        try {
            work();
        } catch (const std::bad_alloc&) {
            budget_.reach("limit.memory");
        } catch (const std::exception& error) {
            findings_.add("scan.failed", part.id, error.what());
        }
    }

    void run_rules(const Part& part, const Format* format) {
        using Clock = std::chrono::steady_clock;
        if (part.bytes.empty()) return;
        const std::string container = part.parent ? summaries_[*part.parent].type : std::string();
        RuleFacts facts = facts_of(part, format, container, request_.direction);
        facts.raw = part.type == "message/rfc822";
        const Clock::time_point begin = Clock::now();
        rules_.scan(Stretches(part.bytes, part.paddings()), facts, part.id,
                    std::min(rules_left_, budget_.time_left()), findings_);
        rules_left_ -= std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    }

    // Passwords are looked for once something is locked: ordinary mail does not pay for it.
    void harvest() {
        const Harvesters& rows = rooms_.harvest;
        passwords_.set_date(message_.date);
        for (const std::string& configured : request_.passwords) {
            passwords_.add({configured, PasswordSource::configured, {}});
        }
        for (const model::MailedPassword& earlier : request_.earlier) {
            passwords_.add({earlier.text, PasswordSource::earlier_mail, {}, earlier.label});
        }
        if (rows.sender != nullptr) rows.sender(message_.from, passwords_);
        if (rows.subject != nullptr && !message_.subject.empty()) rows.subject(message_.subject, passwords_);
        for (; texts_read_ < texts_.size(); ++texts_read_) {
            if (rows.text != nullptr)
                rows.text(text_of(texts_[texts_read_]), name_of_text(texts_read_), passwords_);
        }
        for (; names_read_ < summaries_.size(); ++names_read_) {
            if (rows.file_name != nullptr) rows.file_name(summaries_[names_read_].name, passwords_);
        }
    }

    // Each limit becomes a finding on the part at which it was first met.
    void note_limits(PartId part) {
        for (; limits_noted_ < budget_.reached().size(); ++limits_noted_) {
            findings_.add(budget_.reached()[limits_noted_], part);
        }
        if (findings_.full()) budget_.reach("limit.findings");
    }

    // A password that opened something is not to stand in a record: subjects are where people put them.
    void blot_out(std::string password) {
        constexpr std::size_t shortest = 4;  // a shorter one stands in many words
        if (password.size() >= shortest) passwords_used_.insert(std::move(password));
    }
    void blot_out_passwords() {
        for (const std::string& password : passwords_used_) {
            std::string& subject = message_.subject;
            for (std::size_t at = subject.find(password); at != subject.npos;
                 at = subject.find(password, at)) {
                subject.replace(at, password.size(), "***");
            }
        }
    }

    model::WorkerReport report() {
        model::WorkerReport out;
        if (request_.want_passwords) out.passwords = passwords_for_others(texts_, message_, rooms_.harvest);
        for (const model::MailedPassword& told : out.passwords)
            blot_out(told.text);
        blot_out_passwords();
        hidden_.report(summaries_, findings_);
        out.message = message_;
        out.parts = std::move(summaries_);
        out.limits = budget_.reached();
        out.findings = findings_.take();
        if (judge_ != nullptr) judge_->settle(out.findings);
        if (findings_.full()) out.findings.push_back({"limit.findings", 0, {}});
        out.complete =
            out.limits.empty() && std::ranges::none_of(out.findings, [](const model::Finding& finding) {
                const model::FindingRow* row = model::find_finding(finding.id);
                return row != nullptr && row->incomplete;
            });
        out.risky = risky_;
        return out;
    }

    const model::ScanRequest& request_;
    const Rooms& rooms_;
    Engine& rules_;
    PartSink* sink_;
    const MailJudge* judge_;
    Budget budget_;  // outlives every storage below
    Findings findings_;
    HiddenParts hidden_;
    Passwords passwords_;
    model::MessageFacts message_;
    std::array<std::vector<Waiting>, 3> waiting_;  // by Turn; the back is next
    std::vector<model::PartSummary> summaries_;    // by id
    std::vector<Part> texts_;                      // what people wrote, for harvest()
    std::set<std::string> passwords_used_;
    std::size_t texts_read_ = 0;
    std::size_t names_read_ = 0;
    std::size_t limits_noted_ = 0;
    std::chrono::milliseconds rules_left_;
    std::uint64_t hashes_left_ = max_hashed;
    bool risky_ = false;
    std::optional<Part> mail_;  // the outermost message
};

class Scan::Opening final : public Extraction {
public:
    Opening(Scan& scan, const Part& part, bool outermost)
        : scan_(scan), part_(part), outermost_(outermost), covered_(part.bytes) {}

    Budget& budget() override { return scan_.budget_; }
    Findings& findings() override { return scan_.findings_; }
    const Passwords& passwords() const override { return scan_.passwords_; }
    Passwords& harvest() override { return scan_.passwords_; }
    model::MessageFacts& message() override { return scan_.message_; }
    bool is_outermost_message() const override { return outermost_; }

    bool add_child(ChildSpec spec, base::Bytes bytes, StoragePtr storage = nullptr) override {
        return add(std::move(spec), bytes, storage != nullptr ? std::move(storage) : part_.storage);
    }
    Output new_output() override { return Output(scan_.budget_); }
    bool add_child(ChildSpec spec, Output output) override {
        if (output.truncated()) spec.flags.set(PartFlag::truncated);
        StoragePtr storage = std::move(output).finish();
        const base::Bytes bytes = storage->bytes();
        return add(std::move(spec), bytes, std::move(storage));
    }
    bool add_skipped(ChildSpec spec) override {
        spec.flags.set(PartFlag::skipped);
        return add(std::move(spec), {}, nullptr);
    }

    void covers(base::Bytes bytes) override { covered_.add(bytes); }

    Covered& covered() { return covered_; }
    std::vector<Part>& children() { return children_; }

private:
    bool add(ChildSpec spec, base::Bytes bytes, StoragePtr storage) {
        if (!scan_.budget_.spend_part(part_.depth + 1)) return false;
        Part child;
        child.id = static_cast<PartId>(scan_.summaries_.size());
        child.parent = part_.id;
        child.depth = part_.depth + 1;
        set_name(child, spec.name);
        child.path = part_.path + "/" + path_segment(++ordinal_, spec.label, child.name);
        child.claimed_type = base::escape_ascii(base::to_lower(spec.claimed_type));
        child.type = std::move(spec.type);
        child.charset = std::move(spec.charset);
        child.opened_by = std::move(spec.opened_by);
        child.unlocked_by = std::move(spec.unlocked_by);
        if (!spec.password.empty()) scan_.blot_out(std::move(spec.password));
        child.readings = std::move(spec.readings);
        child.flags = spec.flags;
        // What comes out of a part that most clients do not see is seen by them as little.
        for (const PartFlag flag : {PartFlag::ambiguous, PartFlag::hidden}) {
            if (part_.flags.has(flag)) child.flags.set(flag);
        }
        covered_.add(bytes);
        child.bytes = bytes;
        child.storage = std::move(storage);
        scan_.summaries_.emplace_back();
        scan_.describe(child);
        if (child.flags.has(PartFlag::skipped)) {
            judge_name(child, scan_.findings_);
        } else {
            children_.push_back(std::move(child));
        }
        return true;
    }

    Scan& scan_;
    const Part& part_;
    bool outermost_;
    Covered covered_;
    std::size_t ordinal_ = 0;  // of the last child, those that were skipped included
    std::vector<Part> children_;
};

void Scan::open(const Part& part, const Format* format) {
    const bool own = format != nullptr && format->open != nullptr;
    const bool text = part.is_text() && rooms_.open_text != nullptr;
    const Holds holds = rooms_.embedded.empty() ? Holds::nothing : holds_of(part, format);
    if (!own && !text && holds == Holds::nothing) return;
    const bool outermost = part.type == "message/rfc822" && !mail_;
    if (outermost) mail_ = part;
    Opening opening(*this, part, outermost);
    if (own) guarded(part, [&] { format->open(part, opening); });
    if (own) guarded(part, [&] { rooms_.open_package(part, opening.children(), opening); });
    if (text) guarded(part, [&] { rooms_.open_text(part, opening); });
    if (holds != Holds::nothing)
        guarded(part, [&] { open_embedded(part, holds, rooms_.embedded, opening.covered(), opening); });
    note_limits(part.id);
    enqueue_children(std::move(opening.children()));
}

}  // namespace

model::WorkerReport scan(const model::ScanRequest& request, base::Bytes input, const Rooms& rooms,
                         Engine& rules, PartSink* sink, PageStore* pages, std::chrono::milliseconds queued,
                         const MailJudge* judge) {
    return Scan(request, input, rooms, rules, sink, pages, queued, judge).run();
}

base::Result<void> warm_up() {
    base::warm_up_charsets();
    return load_magic();
}

}  // namespace sekisho::scanner

#include "scanner/fold/output.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scanner/fold/commands.h"
#include "scanner/fold/decode.h"
#include "scanner/fold/salts.h"

namespace sekisho::scanner::fold {

namespace {

constexpr std::size_t min_recovered = 4;   // shorter strings say nothing
constexpr std::size_t min_file = 64;       // bytes
constexpr std::size_t long_encoded = 200;  // characters of the base64 alphabet
constexpr std::size_t max_files = 16;
constexpr std::size_t max_commands = 64;
constexpr std::size_t max_command_bytes = 256u << 10;
constexpr std::size_t min_command = 24;        // shorter ones hide nothing
constexpr std::size_t max_recovered = 10'000;  // strings

}  // namespace

Output::Output(std::string_view source, const FoldLimits& limits, Allowance& allowance)
    : source_(source),
      allowance_(allowance),
      growth_left_(std::min(3 * source.size() + (64u << 10), limits.max_growth_bytes)),
      recovered_left_(limits.max_recovered_bytes),
      files_left_(limits.max_recovered_bytes),
      limits_(limits) {}

void Output::restart() {
    replacements_.resize(kept_);
    recovered_.clear();
    files_.clear();
    commands_.clear();
    salts_.clear();
    counts_ = {};
    growth_left_ = std::min(3 * source_.size() + (64U << 10), limits_.max_growth_bytes);
    recovered_left_ = limits_.max_recovered_bytes;
    files_left_ = limits_.max_recovered_bytes;
    full_ = false;
}

bool Output::take(std::size_t& left, std::size_t bytes) {
    if (bytes > left) {
        full_ = true;
        return false;
    }
    left -= bytes;
    return true;
}

bool Output::replace(std::size_t begin, std::size_t end, std::string text) {
    const std::size_t old = end - begin;
    if (text.size() > old && !take(growth_left_, text.size() - old)) return false;
    replacements_.push_back({begin, end, std::move(text)});
    return true;
}

void Output::recover(std::string_view text, std::size_t offset, bool placed) {
    look_into(text, offset);
    look_for_command(text, offset);
    if (text.size() < min_recovered) return;
    // The same string is seen each time that its variable is named.
    if (!recovered_.empty() && recovered_.back().text == text) return;
    if (recovered_.size() == max_recovered || !take(recovered_left_, text.size())) {
        full_ = true;
        return;
    }
    recovered_.push_back({std::string(text), offset, placed});
}

void Output::look_into(std::string_view text, std::size_t offset) {
    if (text.size() < min_run || !allowance_.spend(text.size() / 4)) return;
    std::size_t at = 0;
    while (const auto run = next_run(text, at)) {
        at = run->begin + run->size;
        if (run->size >= long_encoded) ++counts_.long_encoded;
        const std::string_view digits = text.substr(run->begin, run->size);
        std::optional<std::string> bytes;
        if (run->hex) bytes = decode_hex(digits);
        if (!bytes || !read_plain(*bytes)) bytes = decode_base64(digits);
        if (bytes) add_bytes(*bytes, offset);
    }
}

void Output::look_for_command(std::string_view text, std::size_t offset) {
    if (text.size() < min_command) return;
    if (!allowance_.spend(text.size() / 4) || !language_of_command(text)) return;
    if (std::ranges::find(commands_, text, &Folded::text) != commands_.end()) return;
    if (text.size() > max_command_bytes || commands_.size() == max_commands) {
        full_ = true;
        return;
    }
    commands_.push_back({std::string(text), offset, false});
}

void Output::add_bytes(std::string_view bytes, std::size_t offset) {
    auto plain = read_plain(bytes);
    if (!plain) return;
    if (plain->is_file) {
        const bool seen = std::ranges::find(files_, bytes) != files_.end();
        if (seen || bytes.size() < min_file) return;
        if (files_.size() == max_files) full_ = true;
        if (files_.size() < max_files && take(files_left_, bytes.size())) files_.emplace_back(bytes);
        return;
    }
    if (plain->text.size() < min_recovered) return;
    look_for_command(plain->text, offset);
    // What a literal, the string that it is part of and the whole line show is told once.
    const std::size_t from = recovered_.size() > 32 ? recovered_.size() - 32 : 0;
    for (std::size_t i = from; i < recovered_.size(); ++i)
        if (recovered_[i].text == plain->text) return;
    if (recovered_.size() == max_recovered || !take(recovered_left_, plain->text.size())) {
        full_ = true;
        return;
    }
    recovered_.push_back({std::move(plain->text), offset, false});
}

void Output::add_salt(std::string_view salt) {
    constexpr std::size_t max_salts = 8;
    if (salt.size() < 3 || salt.size() > 200 || salts_.size() == max_salts) return;
    if (std::ranges::find(salts_, salt) == salts_.end()) salts_.emplace_back(salt);
}

std::string Output::assemble() {
    const auto before = [](const Replacement& a, const Replacement& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    };
    if (!std::ranges::is_sorted(replacements_, before)) std::ranges::stable_sort(replacements_, before);
    std::string text;
    text.reserve(source_.size());
    std::size_t at = 0;
    for (const Replacement& replacement : replacements_) {
        if (replacement.begin < at) continue;  // within one that stands already
        text.append(source_.substr(at, replacement.begin - at)).append(replacement.text);
        at = replacement.end;
    }
    return text.append(source_.substr(at));
}

FoldResult Output::finish() {
    FoldResult result;
    result.text = assemble();
    for (const std::string& salt : salts_) {
        counts_.salted += take_out_salt(result.text, salt);
        for (Folded& folded : recovered_)
            counts_.salted += take_out_salt(folded.text, salt);
    }
    result.recovered = std::move(recovered_);
    result.files = std::move(files_);
    result.counts = counts_;
    result.incomplete = full_ || allowance_.exhausted();
    result.steps = allowance_.spent();
    return result;
}

}  // namespace sekisho::scanner::fold

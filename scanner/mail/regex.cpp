#include "scanner/mail/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <new>
#include <utility>

namespace sekisho::scanner::mail {

namespace {

// PCRE2 counts steps anew at each place where a match may begin (pcre2api, "The match limit").
constexpr std::uint32_t most_steps = 5'000;
constexpr std::uint32_t most_levels = 500;
constexpr std::uint32_t most_heap_kib = 4u << 10;

PCRE2_SPTR for_pcre(std::string_view text) {
    // NOLINTNEXTLINE(*-reinterpret-cast): PCRE2 takes unsigned char, which may alias any object
    return reinterpret_cast<PCRE2_SPTR>(text.data());
}

std::string message_of(int code) {
    std::array<PCRE2_UCHAR, 200> text{};
    const int length = pcre2_get_error_message(code, text.data(), text.size());
    if (length <= 0) return fmt::format("PCRE2 error {}", code);
    return {text.begin(), text.begin() + length};
}

struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeData {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

struct Regex::Compiled {
    std::unique_ptr<pcre2_code, FreeCode> code;
    std::unique_ptr<pcre2_match_data, FreeData> data;
    std::unique_ptr<pcre2_match_context, FreeContext> context;
};

Regex::Regex(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

base::Result<Regex> Regex::compile(std::string_view pattern) {
    constexpr std::uint32_t options =
        PCRE2_UTF | PCRE2_CASELESS | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
    int error = 0;
    PCRE2_SIZE at = 0;
    auto out = std::make_unique<Compiled>();
    out->code.reset(pcre2_compile(for_pcre(pattern), pattern.size(), options, &error, &at, nullptr));
    if (out->code == nullptr)
        return base::fail(base::Cause::invalid, fmt::format("at offset {}: {}", at, message_of(error)));
    // Where memory may not be both written and run there is no JIT, and the interpreter does the same.
    (void)pcre2_jit_compile(out->code.get(), PCRE2_JIT_COMPLETE);
    out->data.reset(pcre2_match_data_create(1, nullptr));
    out->context.reset(pcre2_match_context_create(nullptr));
    if (out->data == nullptr || out->context == nullptr) throw std::bad_alloc();
    pcre2_set_match_limit(out->context.get(), most_steps);
    pcre2_set_depth_limit(out->context.get(), most_levels);
    pcre2_set_heap_limit(out->context.get(), most_heap_kib);
    return Regex(std::move(out));
}

Found Regex::search(std::string_view text, std::string* reason) const {
    const int result = pcre2_match(compiled_->code.get(), for_pcre(text), text.size(), 0, 0,
                                   compiled_->data.get(), compiled_->context.get());
    if (result >= 0) return Found::yes;
    if (result == PCRE2_ERROR_NOMATCH) return Found::no;
    if (result == PCRE2_ERROR_NOMEMORY) throw std::bad_alloc();
    if (reason != nullptr) *reason = message_of(result);
    return Found::failed;
}

}  // namespace sekisho::scanner::mail

#include "model/scan_request.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "model/json_reader.h"

namespace sekisho::model {

namespace {

constexpr auto int64_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
constexpr std::size_t max_name = 64u << 10;
constexpr std::size_t max_list = 100'000;

// One row per limit. Times travel as milliseconds.
template <class Visit>
void each_limit(Visit visit) {
    visit("max_depth", &ScanLimits::max_depth);
    visit("max_parts", &ScanLimits::max_parts);
    visit("max_bytes_out", &ScanLimits::max_bytes_out);
    visit("max_part_bytes", &ScanLimits::max_part_bytes);
    visit("max_resident_bytes", &ScanLimits::max_resident_bytes);
    visit("max_ratio_bytes", &ScanLimits::max_ratio_bytes);
    visit("max_findings", &ScanLimits::max_findings);
    visit("max_password_cost", &ScanLimits::max_password_cost);
    visit("max_kdf_ms", &ScanLimits::max_kdf_ms);
    visit("max_steps", &ScanLimits::max_steps);
    visit("max_time", &ScanLimits::max_time);
    visit("max_rules_time", &ScanLimits::max_rules_time);
}

std::uint64_t to_number(std::uint64_t value) { return value; }
std::uint64_t to_number(std::chrono::milliseconds value) { return static_cast<std::uint64_t>(value.count()); }

base::Json to_json(const ScanLimits& limits) {
    base::JsonObject out;
    each_limit([&](const char* key, auto member) { out.emplace_back(key, to_number(limits.*member)); });
    return out;
}

base::Result<ScanLimits> limits_from(const base::Json& json) {
    JsonReader reader(json, "limits");
    ScanLimits limits;
    each_limit([&](const char* key, auto member) {
        using Value = std::remove_reference_t<decltype(limits.*member)>;
        if constexpr (std::is_same_v<Value, std::chrono::milliseconds>) {
            limits.*member = Value(static_cast<std::int64_t>(reader.number(key, int64_max)));
        } else {
            const std::uint64_t max = std::min<std::uint64_t>(std::numeric_limits<Value>::max(), int64_max);
            limits.*member = static_cast<Value>(reader.number(key, max));
        }
    });
    SEKISHO_TRY(reader.finish());
    return limits;
}

base::JsonArray strings(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

constexpr std::size_t max_password = 1'000;
constexpr std::size_t max_label = 100;

bool is_label_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ' ' || c == ',';
}

}  // namespace

base::Json to_json(const std::vector<MailedPassword>& passwords) {
    base::JsonArray out;
    for (const MailedPassword& password : passwords)
        out.push_back(base::JsonObject{{"text", password.text}, {"label", password.label}});
    return out;
}

base::Result<std::vector<MailedPassword>> mailed_passwords_from(const base::JsonArray& array) {
    std::vector<MailedPassword> out;
    for (const base::Json& item : array) {
        JsonReader reader(item, "password");
        MailedPassword password;
        password.text = reader.text("text", max_password);
        password.label = reader.text("label", max_label);
        if (!std::ranges::all_of(password.label, is_label_char)) reader.reject("label", "not a label");
        SEKISHO_TRY(reader.finish());
        out.push_back(std::move(password));
    }
    return out;
}

base::Json to_json(const ScanRequest& request) {
    return base::JsonObject{
        {"id", request.id},
        {"kind", request.kind == InputKind::message ? "message" : "file"},
        {"name", request.name},
        {"direction", to_string(request.direction)},
        {"limits", to_json(request.limits)},
        {"passwords", strings(request.passwords)},
        {"earlier", to_json(request.earlier)},
        {"skip_parts", strings(request.skip_parts)},
        {"want_parts", request.want_parts},
        {"want_passwords", request.want_passwords},
    };
}

base::Result<ScanRequest> scan_request_from(const base::Json& json) {
    JsonReader reader(json, "request");
    ScanRequest request;
    request.id = reader.number("id", int64_max);
    const std::string kind = reader.text("kind", 20);
    request.kind = kind == "message" ? InputKind::message : InputKind::file;
    if (kind != "message" && kind != "file") reader.reject("kind", "not a kind of input");
    request.name = reader.text("name", max_name);
    const auto direction = direction_from(reader.text("direction", 20));
    if (!direction) reader.reject("direction", "not a direction");
    request.direction = direction.value_or(Direction::inbound);
    if (const base::Json* limits = reader.child("limits")) {
        request.limits = SEKISHO_TRY(limits_from(*limits));
    }
    request.passwords = reader.optional_texts("passwords", max_list, max_password);
    if (const base::JsonArray* earlier = reader.array("earlier", max_mailed_passwords))
        request.earlier = SEKISHO_TRY(mailed_passwords_from(*earlier));
    request.skip_parts = reader.optional_texts("skip_parts", max_list, max_name);
    request.want_parts = reader.flag("want_parts");
    request.want_passwords = reader.flag("want_passwords");
    SEKISHO_TRY(reader.finish());
    return request;
}

}  // namespace sekisho::model

#include "base/json.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace sekisho::base {

namespace {

// Builds our tree from the library's events, so that depth is bounded before anything is allocated.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Builder(int max_depth) : max_depth_(max_depth) {}

    bool null() override { return put(Json()); }
    bool boolean(bool value) override { return put(Json(value)); }
    bool number_integer(number_integer_t value) override {
        return put(Json(static_cast<std::int64_t>(value)));
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return stop(Cause::malformed, "number too large");
        }
        return put(Json(static_cast<std::int64_t>(value)));
    }
    bool number_float(number_float_t value, const string_t&) override { return put(Json(value)); }
    bool string(string_t& value) override { return put(Json(std::move(value))); }
    bool binary(binary_t&) override { return stop(Cause::malformed, "binary value"); }
    bool start_object(std::size_t) override { return open(Json(JsonObject())); }
    bool start_array(std::size_t) override { return open(Json(JsonArray())); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        keys_.back() = std::move(value);
        const JsonObject& object = *open_.back().as_object();
        // Objects of ours are small; a hostile one is bounded by max_bytes, so the scan is bounded as well.
        constexpr std::size_t max_keys = 4'096;
        if (object.size() >= max_keys) return stop(Cause::limit, "too many keys in one object");
        const bool doubled =
            std::ranges::any_of(object, [&](const auto& row) { return row.first == keys_.back(); });
        return doubled ? stop(Cause::malformed, "doubled key") : true;
    }
    bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
        return stop(Cause::malformed, "not JSON at byte " + std::to_string(at));
    }

    Result<Json> take() && {
        if (error_) return std::unexpected(std::move(*error_));
        return std::move(root_);
    }

private:
    bool stop(Cause cause, std::string message) {
        error_ = Error{cause, std::move(message)};
        return false;
    }
    bool open(Json value) {
        if (static_cast<int>(open_.size()) >= max_depth_) return stop(Cause::limit, "nested too deep");
        open_.push_back(std::move(value));
        keys_.emplace_back();
        return true;
    }
    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        return put(std::move(done));
    }
    bool put(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (JsonArray* array = open_.back().as_array()) {
            array->push_back(std::move(value));
        } else {
            open_.back().as_object()->emplace_back(std::move(keys_.back()), std::move(value));
        }
        return true;
    }

    int max_depth_;
    std::vector<Json> open_;
    std::vector<std::string> keys_;  // one per open value: the key that waits for its value
    Json root_;
    std::optional<Error> error_;
};

// Recursion is as deep as the value, which is ours or came through parse_json's depth limit.
nlohmann::ordered_json to_library(const Json& value) {
    if (const auto* array = value.as_array()) {
        auto out = nlohmann::ordered_json::array();
        for (const Json& item : *array) {
            out.push_back(to_library(item));
        }
        return out;
    }
    if (const auto* object = value.as_object()) {
        auto out = nlohmann::ordered_json::object();
        // push_back keeps what is there; operator[] would look through all keys each time.
        for (const auto& [key, item] : *object) {
            out.push_back({key, to_library(item)});
        }
        return out;
    }
    if (const auto* text = value.as_string()) return *text;
    if (const auto* number = value.as_int()) return *number;
    if (const auto* real = value.as_double_exact()) return *real;
    if (const auto* flag = value.as_bool()) return *flag;
    return nullptr;
}

}  // namespace

const Json* Json::find(std::string_view key) const {
    const JsonObject* object = as_object();
    if (object == nullptr) return nullptr;
    const auto row = std::ranges::find(*object, key, &std::pair<std::string, Json>::first);
    return row == object->end() ? nullptr : &row->second;
}

std::string Json::string_or(std::string_view key, std::string_view fallback) const {
    const Json* item = find(key);
    return item != nullptr && item->as_string() != nullptr ? *item->as_string() : std::string(fallback);
}

std::int64_t Json::int_or(std::string_view key, std::int64_t fallback) const {
    const Json* item = find(key);
    return item != nullptr && item->as_int() != nullptr ? *item->as_int() : fallback;
}

double Json::number_or(std::string_view key, double fallback) const {
    const Json* item = find(key);
    if (item == nullptr) return fallback;
    if (item->as_int() != nullptr) return static_cast<double>(*item->as_int());
    return item->as_double_exact() != nullptr ? *item->as_double_exact() : fallback;
}

bool Json::bool_or(std::string_view key, bool fallback) const {
    const Json* item = find(key);
    return item != nullptr && item->as_bool() != nullptr ? *item->as_bool() : fallback;
}

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) return fail(Cause::limit, "JSON text too long");
    Builder builder(limits.max_depth);
    nlohmann::json::sax_parse(text, &builder);
    return std::move(builder).take();
}

std::string dump_json(const Json& value) {
    return to_library(value).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sekisho::base

#include "model/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"

namespace sekisho::model {

JsonReader::JsonReader(const base::Json& value, std::string_view what)
    : object_(value.as_object()), what_(what) {
    if (object_ == nullptr) error_ = fmt::format("{}: not an object", what_);
}

void JsonReader::reject(std::string_view key, std::string_view why) {
    if (!error_) error_ = fmt::format("{}.{}: {}", what_, key, why);
}

bool JsonReader::has(std::string_view key) const {
    return object_ != nullptr &&
           std::ranges::any_of(*object_, [&](const auto& row) { return row.first == key; });
}

const base::Json* JsonReader::get(std::string_view key, bool required) {
    if (object_ == nullptr) return nullptr;
    const auto row = std::ranges::find_if(*object_, [&](const auto& item) { return item.first == key; });
    if (row == object_->end()) {
        if (required) reject(key, "missing");
        return nullptr;
    }
    ++found_;
    return &row->second;
}

std::string JsonReader::checked(const base::Json& item, std::string_view key, std::size_t max_bytes) {
    const std::string* value = item.as_string();
    if (value == nullptr) {
        reject(key, "not a string");
        return {};
    }
    if (value->size() > max_bytes) {
        reject(key, "too long");
        return {};
    }
    if (!base::is_utf8(*value)) {
        reject(key, "not UTF-8");
        return {};
    }
    return *value;
}

std::string JsonReader::text(std::string_view key, std::size_t max_bytes) {
    const base::Json* item = get(key, true);
    return item != nullptr ? checked(*item, key, max_bytes) : std::string();
}

std::string JsonReader::optional_text(std::string_view key, std::size_t max_bytes) {
    const base::Json* item = get(key, false);
    return item != nullptr ? checked(*item, key, max_bytes) : std::string();
}

std::vector<std::string> JsonReader::optional_texts(std::string_view key, std::size_t max_count,
                                                    std::size_t max_bytes) {
    std::vector<std::string> out;
    const base::JsonArray* items = list(key, max_count, false);
    if (items == nullptr) return out;
    out.reserve(items->size());
    for (const base::Json& item : *items) {
        out.push_back(checked(item, key, max_bytes));
    }
    return out;
}

bool JsonReader::flag(std::string_view key) {
    const base::Json* item = get(key, true);
    if (item == nullptr) return false;
    if (item->as_bool() == nullptr) {
        reject(key, "not true or false");
        return false;
    }
    return *item->as_bool();
}

bool JsonReader::optional_flag(std::string_view key) { return has(key) && flag(key); }

std::uint64_t JsonReader::number(std::string_view key, std::uint64_t max) {
    const base::Json* item = get(key, true);
    if (item == nullptr) return 0;
    const std::int64_t* value = item->as_int();
    if (value == nullptr || *value < 0 || static_cast<std::uint64_t>(*value) > max) {
        reject(key, "not an integer in range");
        return 0;
    }
    return static_cast<std::uint64_t>(*value);
}

double JsonReader::real(std::string_view key) {
    const base::Json* item = get(key, true);
    if (item == nullptr) return 0;
    if (item->as_int() != nullptr) return static_cast<double>(*item->as_int());
    if (item->as_double_exact() != nullptr && std::isfinite(*item->as_double_exact())) {
        return *item->as_double_exact();
    }
    reject(key, "not a number");
    return 0;
}

const base::JsonArray* JsonReader::list(std::string_view key, std::size_t max_count, bool required) {
    const base::Json* item = get(key, required);
    if (item == nullptr) return nullptr;
    const base::JsonArray* items = item->as_array();
    if (items == nullptr) {
        reject(key, "not a list");
        return nullptr;
    }
    if (items->size() > max_count) {
        reject(key, "too many items");
        return nullptr;
    }
    return items;
}

const base::JsonArray* JsonReader::array(std::string_view key, std::size_t max_count) {
    return list(key, max_count, true);
}

const base::JsonArray* JsonReader::optional_array(std::string_view key, std::size_t max_count) {
    return list(key, max_count, false);
}

const base::Json* JsonReader::child(std::string_view key) { return get(key, true); }

base::Result<void> JsonReader::finish() {
    if (!error_ && found_ != object_->size()) error_ = fmt::format("{}: a key that is not known", what_);
    if (error_) return base::fail(base::Cause::malformed, *error_);
    return {};
}

}  // namespace sekisho::model

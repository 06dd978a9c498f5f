// Strict reading of one JSON object: every key is asked for, every value has its type and its bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace sekisho::model {

// Collects the first fault; after it every read gives a default. `finish` tells it, or names a key that
// nobody asked for. Messages hold our own key names only, never the other side's bytes. Borrows the value and
// `what`.
class JsonReader {
public:
    JsonReader(const base::Json& value, std::string_view what);

    // Well-formed UTF-8 of at most `max_bytes`. The optional forms give "" or an empty list where the key is
    // absent.
    std::string text(std::string_view key, std::size_t max_bytes);
    std::string optional_text(std::string_view key, std::size_t max_bytes);
    std::vector<std::string> optional_texts(std::string_view key, std::size_t max_count,
                                            std::size_t max_bytes);
    bool flag(std::string_view key);
    bool optional_flag(std::string_view key);
    std::uint64_t number(std::string_view key, std::uint64_t max);  // an integer from 0 to max
    double real(std::string_view key);                              // any finite number
    // At most `max_count` items; null where there is a fault.
    const base::JsonArray* array(std::string_view key, std::size_t max_count);
    const base::JsonArray* optional_array(std::string_view key, std::size_t max_count);
    const base::Json* child(std::string_view key);
    bool has(std::string_view key) const;

    void reject(std::string_view key, std::string_view why);
    bool ok() const { return !error_; }
    base::Result<void> finish();

private:
    const base::Json* get(std::string_view key, bool required);
    std::string checked(const base::Json& item, std::string_view key, std::size_t max_bytes);
    const base::JsonArray* list(std::string_view key, std::size_t max_count, bool required);

    const base::JsonObject* object_ = nullptr;
    std::string_view what_;
    std::size_t found_ = 0;  // keys asked for and there
    std::optional<std::string> error_;
};

}  // namespace sekisho::model

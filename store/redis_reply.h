// What a Redis server answers (RESP2), read by hiredis' reader into values of ours.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

struct redisReader;

namespace sekisho::store {

// A value.
struct RedisReply {
    enum class Type : std::uint8_t { nil, status, error, integer, text, list };
    Type type = Type::nil;
    std::int64_t integer = 0;
    std::string text;  // of status, error and text
    std::vector<RedisReply> items;

    bool is_error() const { return type == Type::error; }
};

// A resource. Cause::malformed for what is no RESP2, limit for what is larger than its bounds; the stream is
// of no use after that.
class RedisReader {
public:
    static constexpr std::size_t max_bytes = 64u << 20;  // that wait to be read
    static constexpr int max_items = 100'000;            // of one list

    RedisReader();
    base::Result<void> feed(base::Bytes bytes);
    // None where the reply is not whole yet.
    base::Result<std::optional<RedisReply>> next();

private:
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace sekisho::store

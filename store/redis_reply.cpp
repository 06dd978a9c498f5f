#include "store/redis_reply.h"

#include <hiredis.h>

#include "base/escape.h"

namespace sekisho::store {

namespace {

constexpr std::size_t shown = 100;

// Where the reader's next value belongs: into the list that it stands in, or a place of its own. A list has
// all its items before they are read, so none of them moves.
RedisReply* place_for(const redisReadTask* task) {
    if (task->parent == nullptr) return std::make_unique<RedisReply>().release();
    auto& list = *static_cast<RedisReply*>(task->parent->obj);
    return &list.items.at(static_cast<std::size_t>(task->idx));
}

RedisReply::Type type_of(const redisReadTask* task) {
    if (task->type == REDIS_REPLY_STATUS) return RedisReply::Type::status;
    return task->type == REDIS_REPLY_ERROR ? RedisReply::Type::error : RedisReply::Type::text;
}

void* make_text(const redisReadTask* task, char* text, std::size_t size) {
    RedisReply* out = place_for(task);
    out->type = type_of(task);
    out->text.assign(text, size);
    return out;
}

void* make_list(const redisReadTask* task, int size) {
    if (size > RedisReader::max_items) return nullptr;
    RedisReply* out = place_for(task);
    out->type = RedisReply::Type::list;
    if (size > 0) out->items.resize(static_cast<std::size_t>(size));
    return out;
}

void* make_integer(const redisReadTask* task, long long value) {
    RedisReply* out = place_for(task);
    out->type = RedisReply::Type::integer;
    out->integer = value;
    return out;
}

void* make_nil(const redisReadTask* task) { return place_for(task); }

void free_reply(void* reply) { const std::unique_ptr<RedisReply> gone(static_cast<RedisReply*>(reply)); }

redisReplyObjectFunctions functions{.createString = make_text,
                                    .createArray = make_list,
                                    .createInteger = make_integer,
                                    .createNil = make_nil,
                                    .freeObject = free_reply};

}  // namespace

void RedisReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

RedisReader::RedisReader() : reader_(redisReaderCreateWithFunctions(&functions)) {}

base::Result<void> RedisReader::feed(base::Bytes bytes) {
    if (reader_->len - reader_->pos + bytes.size() > max_bytes)
        return base::fail(base::Cause::limit, "redis: a reply is too large");
    if (redisReaderFeed(reader_.get(), base::as_text(bytes).data(), bytes.size()) != REDIS_OK)
        return base::fail(base::Cause::malformed, "redis: " + base::escape(&reader_->errstr[0], shown));
    return {};
}

base::Result<std::optional<RedisReply>> RedisReader::next() {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK)
        return base::fail(base::Cause::malformed, "redis: " + base::escape(&reader_->errstr[0], shown));
    if (raw == nullptr) return std::nullopt;
    const std::unique_ptr<RedisReply> whole(static_cast<RedisReply*>(raw));
    return std::move(*whole);
}

}  // namespace sekisho::store

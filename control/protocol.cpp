#include "control/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/cursor.h"
#include "base/escape.h"
#include "base/text.h"

namespace sekisho::control {

namespace {

constexpr int version = 1;
constexpr base::JsonLimits request_limits{.max_bytes = max_request_bytes, .max_depth = 4};
constexpr base::JsonLimits answer_limits{.max_bytes = max_answer_bytes, .max_depth = 16};

constexpr std::array<Command, 21> table{{
    {"accounts.block", Permission::operate, true, true, Wants::name, "block an account"},
    {"accounts.incident", Permission::view, true, false, Wants::name,
     "what an account sent since it got out of line"},
    {"accounts.list", Permission::view, false, false, Wants::nothing,
     "accounts that are watched, throttled or blocked"},
    {"accounts.release", Permission::operate, true, true, Wants::name, "lift the standing of an account"},
    {"accounts.show", Permission::view, false, false, Wants::name,
     "what one account sent, and what is usual for it"},
    {"hosts.block", Permission::operate, true, true, Wants::name, "block a client address"},
    {"hosts.incident", Permission::view, true, false, Wants::name,
     "what was sent from a client address since it got out of line"},
    {"hosts.list", Permission::view, false, false, Wants::nothing,
     "client addresses that are watched, throttled or blocked"},
    {"hosts.release", Permission::operate, true, true, Wants::name, "lift the standing of a client address"},
    {"hosts.show", Permission::view, false, false, Wants::name, "what one client address sent"},
    {"metrics", Permission::view, false, false, Wants::nothing, "counters as Prometheus text"},
    {"names.list", Permission::view, false, false, Wants::nothing,
     "names in outbound mail: envelope senders, From addresses, domains"},
    {"names.show", Permission::view, false, false, Wants::name, "what was sent in one such name"},
    {"quarantine.delete", Permission::operate, true, true, Wants::id, "delete a kept message"},
    {"quarantine.export", Permission::read_mail, true, true, Wants::id,
     "the original bytes of a kept message"},
    {"quarantine.list", Permission::view, false, false, Wants::nothing, "kept messages, the newest first"},
    {"quarantine.release", Permission::operate, true, true, Wants::id, "deliver a kept message"},
    {"quarantine.show", Permission::view, true, false, Wants::id, "one kept message and its report"},
    {"quarantine.unlock", Permission::operate, true, false, Wants::id, "scan a kept message with a password"},
    {"reload", Permission::operate, true, false, Wants::nothing, "read configuration and rules again"},
    {"status", Permission::view, false, false, Wants::nothing, "how the gate is"},
}};

constexpr std::array<base::Cause, 9> causes{
    base::Cause::truncated, base::Cause::malformed,   base::Cause::unsupported,
    base::Cause::encrypted, base::Cause::limit,       base::Cause::io,
    base::Cause::invalid,   base::Cause::unavailable, base::Cause::internal};

std::size_t limit_of(FrameType type) {
    switch (type) {
        case FrameType::request:
            return max_request_bytes;
        case FrameType::data:
            return max_piece_bytes;
        case FrameType::answer:
            return max_answer_bytes;
    }
    return 0;
}

}  // namespace

std::string_view to_string(Permission permission) {
    switch (permission) {
        case Permission::view:
            return "view";
        case Permission::operate:
            return "operate";
        case Permission::read_mail:
            return "read-mail";
    }
    return "?";
}

std::span<const Command> commands() { return table; }

const Command* find_command(std::string_view name) {
    const auto* at = std::ranges::find(table, name, &Command::name);
    return at == table.end() ? nullptr : at;
}

base::Result<Request> parse_request(std::string_view text) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text, request_limits));
    if (json.as_object() == nullptr) return base::fail(base::Cause::malformed, "a request is an object");
    if (json.int_or("v") != version)
        return base::fail(base::Cause::unsupported, "another version of the protocol");
    Request out;
    out.command = json.string_or("command");
    const Command* command = find_command(out.command);
    if (command == nullptr) {
        return base::fail(base::Cause::invalid, "no such command: " + base::escape(out.command, 60));
    }
    out.args = base::JsonObject{};
    if (const base::Json* args = json.find("args")) {
        if (args->as_object() == nullptr) return base::fail(base::Cause::malformed, "args is an object");
        out.args = *args;
    }
    const std::string reason = json.string_or("reason");
    if (reason.size() > max_reason_bytes) {
        return base::fail(base::Cause::limit, fmt::format("the reason is over {} bytes", max_reason_bytes));
    }
    out.reason = base::trim(base::repair_utf8(reason));
    if (command->wants_reason && out.reason.empty()) {
        return base::fail(base::Cause::invalid, fmt::format("{} wants a reason", command->name));
    }
    if (command->wants == Wants::id && out.args.string_or("id").empty()) {
        return base::fail(base::Cause::invalid, fmt::format("{} wants a quarantine id", command->name));
    }
    if (command->wants == Wants::name && out.args.string_or("name").empty()) {
        return base::fail(base::Cause::invalid, fmt::format("{} wants a name", command->name));
    }
    return out;
}

std::string to_text(const Request& request) {
    return base::dump_json(
        base::JsonObject{{"v", version},
                         {"command", request.command},
                         {"args", request.args.is_null() ? base::Json(base::JsonObject{}) : request.args},
                         {"reason", request.reason}});
}

std::string answer_text(const base::Result<base::Json>& result) {
    if (result) return base::dump_json(base::JsonObject{{"ok", true}, {"result", *result}});
    return base::dump_json(base::JsonObject{
        {"ok", false}, {"cause", base::to_string(result.error().cause)}, {"error", result.error().message}});
}

base::Result<base::Json> parse_answer(std::string_view text) {
    const base::Json json = SEKISHO_TRY(base::parse_json(text, answer_limits));
    if (json.bool_or("ok")) {
        const base::Json* result = json.find("result");
        return result != nullptr ? *result : base::Json();
    }
    const std::string cause = json.string_or("cause");
    for (const base::Cause known : causes) {
        if (base::to_string(known) == cause) return base::fail(known, json.string_or("error"));
    }
    return base::fail(base::Cause::malformed, "the answer is not understood");
}

base::Result<FrameHeader> parse_frame_header(std::string_view header) {
    base::Cursor cursor(base::as_bytes(header));
    const auto letter = static_cast<char>(SEKISHO_TRY(cursor.u8()));
    const std::uint32_t size = SEKISHO_TRY(cursor.u32_be());
    for (const FrameType type : {FrameType::request, FrameType::data, FrameType::answer}) {
        if (static_cast<char>(type) != letter) continue;
        if (size > limit_of(type))
            return base::fail(base::Cause::limit, fmt::format("a frame of {} bytes", size));
        return FrameHeader{type, size};
    }
    return base::fail(base::Cause::malformed, "no frame of the control protocol");
}

std::string frame_header(FrameType type, std::uint32_t size) {
    std::string out(1, static_cast<char>(type));
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out += static_cast<char>((size >> shift) & 0xFFU);
    return out;
}

}  // namespace sekisho::control

#include "control/client.h"

#include "control/listen.h"
#include "control/wire.h"

namespace sekisho::control {

base::Result<Client> Client::connect(const std::string& socket) {
    return Client(SEKISHO_TRY(connect_unix(socket)));
}

base::Result<base::Json> Client::call(const std::string& command, const base::Json& args,
                                      const std::string& reason, const Sink& sink,
                                      std::chrono::milliseconds within) {
    const Deadline deadline = std::chrono::steady_clock::now() + within;
    const std::string text = to_text({.command = command, .args = args, .reason = reason});
    if (text.size() > max_request_bytes) return base::fail(base::Cause::limit, "the request is too long");
    // A server that has no place for us says so and closes: its answer is there even where ours was not
    // taken.
    const auto sent = write_frame(fd_.get(), FrameType::request, text, deadline);
    std::uint64_t data = 0;
    for (;;) {
        auto frame = read_frame(fd_.get(), deadline);
        if (!frame && !sent) return std::unexpected(sent.error());
        if (!frame && frame.error().cause == base::Cause::truncated) {
            return base::fail(base::Cause::unavailable, "the server closed the connection");
        }
        if (!frame) return std::unexpected(std::move(frame).error());
        switch (frame->type) {
            case FrameType::answer:
                return parse_answer(frame->body);
            case FrameType::data:
                data += frame->body.size();
                if (data > max_data_bytes) return base::fail(base::Cause::limit, "the answer is too long");
                if (sink && !sink(frame->body))
                    return base::fail(base::Cause::io, "the answer was not taken");
                break;
            case FrameType::request:
                return base::fail(base::Cause::malformed, "the server asks instead of answering");
        }
    }
}

}  // namespace sekisho::control

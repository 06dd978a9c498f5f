#include "scanner/mime/text_blocks.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "scanner/mime/words.h"

namespace sekisho::scanner::mime {

namespace {

// The first line holds as many characters as its first one says (POSIX uuencode).
bool looks_uuencoded(base::Bytes raw) {
    const std::string_view text = base::trim(base::as_text(base::head(raw, 256)));
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    if (line.empty() || line.front() < ' ' || line.front() > '`') return false;
    const auto bytes = static_cast<unsigned>(line.front() - ' ') & 63U;
    return line.size() >= 1 + (bytes + 2) / 3 * 4 - 3 && line.size() <= 1 + (bytes + 2) / 3 * 4 + 2;
}

ChildSpec block_spec(const ChildSpec& like, std::string_view name, std::string_view opened_by) {
    return {.name = guess_to_utf8(name),
            .opened_by = std::string(opened_by),
            .readings = like.readings,
            .flags = like.flags};
}

}  // namespace

// "begin-base64 644 name", lines of base64, "====" (POSIX uuencode -m).
bool TextBlocks::add_base64_blocks(base::Bytes bytes, const ChildSpec& like) {
    constexpr std::string_view word = "begin-base64 ";
    const std::string_view text = base::as_text(bytes);
    std::size_t behind = 0;
    for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, behind)) {
        behind = at + word.size();
        if (at > 0 && text[at - 1] != '\n' && text[at - 1] != '\r') continue;
        const std::size_t line_end = text.find('\n', at);
        if (line_end == text.npos) return true;
        std::string_view name = base::trim(text.substr(behind, line_end - behind));
        name = base::trim(name.substr(std::min(name.find(' '), name.size())));
        const std::size_t end = std::min(text.find("\n====", line_end), text.size());
        ambiguities_.add(Ambiguity::text_uuencode, name);
        if (!extraction_.budget().spend_steps(end - line_end)) return false;
        Output output = extraction_.new_output();
        const Decoded result = decode_base64(bytes.subspan(line_end, end - line_end), output);
        ChildSpec spec = block_spec(like, name, "uuencode");
        if (result.damaged) spec.flags.set(PartFlag::damaged);
        if (!extraction_.add_child(std::move(spec), std::move(output))) return false;
        behind = end;
    }
    return true;
}

bool TextBlocks::add_all(base::Bytes text, const ChildSpec& like) {
    if (!add_base64_blocks(text, like)) return false;
    UuBlock uu;
    bool open = false;
    for (std::size_t at = 0; find_uuencoded(text, at, uu); at = uu.next) {
        ambiguities_.add(Ambiguity::text_uuencode, uu.name);
        const ChildSpec spec = block_spec(like, uu.name, "uuencode");
        if (!add_uuencoded(spec, uu)) return false;
        if (uu.open && !open && !add_to_the_end(spec, text, uu)) return false;
        open = uu.open;
    }
    YencBlock yenc;
    for (std::size_t at = 0; find_yenc(text, at, yenc); at = yenc.next) {
        ambiguities_.add(Ambiguity::text_yenc, yenc.name);
        if (!add_yenc(block_spec(like, yenc.name, "yenc"), yenc)) return false;
    }
    BinHexBlock binhex;
    bool found = find_binhex(text, 0, binhex) ||
                 (like.claimed_type == "application/mac-binhex40" && find_bare_binhex(text, binhex));
    for (; found; found = find_binhex(text, binhex.next, binhex)) {
        ambiguities_.add(Ambiguity::text_binhex, base::as_text(base::head(binhex.data, 40)));
        if (!add_binhex(block_spec(like, "", "binhex"), binhex)) return false;
    }
    return true;
}

bool TextBlocks::add_entity(ChildSpec spec, base::Bytes raw, const StoragePtr& storage, Encoding encoding) {
    const ChildSpec like = spec;
    if (encoding == Encoding::uuencode) {
        UuBlock block;
        const bool found = find_uuencoded(raw, 0, block);
        if (!found) block = {.data = raw, .next = raw.size()};
        if (spec.name.empty()) spec.name = guess_to_utf8(block.name);
        // Without a first line it may be no uuencode at all.
        const bool likely = found || looks_uuencoded(raw);
        if (!add_uuencoded(spec, block, likely)) return false;
        if (block.open && !add_to_the_end(std::move(spec), raw, block)) return false;
        if (!likely) return extraction_.add_child(like, raw, storage);
        return add_all(raw.subspan(block.next), like) && add_undone(like, raw, storage);
    }
    YencBlock yenc;
    if (encoding == Encoding::yenc && find_yenc(raw, 0, yenc)) {
        if (spec.name.empty()) spec.name = guess_to_utf8(yenc.name);
        return add_yenc(std::move(spec), yenc) && add_all(raw.subspan(yenc.next), like) &&
               add_undone(like, raw, storage);
    }
    BinHexBlock binhex;
    if (encoding == Encoding::binhex && (find_binhex(raw, 0, binhex) || find_bare_binhex(raw, binhex)))
        return add_binhex(std::move(spec), binhex) && add_all(raw.subspan(binhex.next), like) &&
               add_undone(like, raw, storage);
    return extraction_.add_child(std::move(spec), raw, storage);
}

// To clients that know no such encoding the data are as they stand.
bool TextBlocks::add_undone(ChildSpec spec, base::Bytes raw, const StoragePtr& storage) {
    spec.readings = {"encoding identity"};
    spec.flags.set(PartFlag::ambiguous);
    spec.flags.set(PartFlag::hidden);
    return extraction_.add_child(std::move(spec), raw, storage);
}

bool TextBlocks::add_uuencoded(ChildSpec spec, const UuBlock& block, bool likely) {
    if (!extraction_.budget().spend_steps(block.data.size())) return false;
    Output output = extraction_.new_output();
    const Decoded result = decode_uuencode(block.data, output);
    StoragePtr careful = std::move(output).finish();
    if (result.damaged) spec.flags.set(PartFlag::damaged);
    if (!extraction_.add_child(spec, careful->bytes(), careful)) return false;
    return !likely || !result.uneven || add_other_ways(std::move(spec), block, std::move(careful));
}

// Decoders that skip what is no data skip the begin lines behind the first one too.
bool TextBlocks::add_to_the_end(ChildSpec spec, base::Bytes text, const UuBlock& first) {
    UuBlock last = first;
    while (last.open && find_uuencoded(text, last.next, last)) {
    }
    const auto from = static_cast<std::size_t>(first.data.data() - text.data());
    const auto to = static_cast<std::size_t>(last.data.data() - text.data()) + last.data.size();
    spec.readings = {"uuencode to the end"};
    spec.flags.set(PartFlag::ambiguous);
    return add_uuencoded(std::move(spec), {.data = text.subspan(from, to - from)}, false);
}

bool TextBlocks::add_other_ways(ChildSpec spec, const UuBlock& block, StoragePtr known) {
    spec.flags.set(PartFlag::ambiguous);
    std::vector<StoragePtr> others{std::move(known)};
    for (const UuWay way :
         {UuWay::counted, UuWay::bare_cr, UuWay::to_zero, UuWay::to_short, UuWay::fitting, UuWay::stream}) {
        if (!extraction_.budget().spend_steps(block.data.size())) return false;
        Output output = extraction_.new_output();
        (void)decode_uuencode(block.data, output, way);
        StoragePtr other = std::move(output).finish();
        const bool known_already = std::ranges::any_of(
            others, [&](const StoragePtr& one) { return std::ranges::equal(other->bytes(), one->bytes()); });
        if (known_already || other->bytes().empty()) continue;
        spec.readings = {"uuencode " + std::string(to_string(way))};
        if (!extraction_.add_child(spec, other->bytes(), other)) return false;
        others.push_back(std::move(other));
    }
    return true;
}

bool TextBlocks::add_yenc(ChildSpec spec, const YencBlock& block) {
    if (!extraction_.budget().spend_steps(block.data.size())) return false;
    Output output = extraction_.new_output();
    const Decoded result = decode_yenc(block, output);
    if (result.damaged) spec.flags.set(PartFlag::damaged);
    return extraction_.add_child(std::move(spec), std::move(output));
}

bool TextBlocks::add_binhex(ChildSpec spec, const BinHexBlock& block) {
    if (!extraction_.budget().spend_steps(block.data.size())) return false;
    Output data = extraction_.new_output();
    Output resource = extraction_.new_output();
    BinHexHeader header;
    const Decoded result = decode_binhex(block.data, data, resource, header);
    if (result.damaged) spec.flags.set(PartFlag::damaged);
    if (spec.name.empty()) spec.name = guess_to_utf8(header.name);
    ChildSpec fork = spec;
    if (!extraction_.add_child(std::move(spec), std::move(data))) return false;
    if (resource.size() == 0) return true;
    fork.label = "resource-fork";
    return extraction_.add_child(std::move(fork), std::move(resource));
}

}  // namespace sekisho::scanner::mime

// Bytes a second of what reads a message: header, lines, each transfer decoding, and whole messages in one
// reading and in all of them. usage: mime_bench [Google Benchmark's options]
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/bytes.h"
#include "scanner/budget.h"
#include "scanner/mime/carve.h"
#include "scanner/mime/decoders.h"
#include "scanner/mime/header.h"
#include "scanner/mime/lines.h"
#include "scanner/mime/readings.h"
#include "scanner/output.h"

namespace {

using namespace sekisho;
using namespace sekisho::scanner::mime;

constexpr std::size_t file_bytes = 3u << 20;

std::string repeat(std::string_view unit, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes)
        out += unit;
    return out;
}

// Bytes as compressed files have them: all values, equally often.
const std::string& file() {
    static const std::string bytes = [] {
        std::mt19937 random(1);  // NOLINT(*-msc51-cpp): the same every time
        std::string out(file_bytes, '\0');
        for (char& c : out)
            c = static_cast<char>(random() & 0xFFu);
        return out;
    }();
    return bytes;
}

std::string in_lines(std::string_view text, std::size_t width) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += width)
        out.append(text.substr(at, width)).append("\r\n");
    return out;
}

// Four characters of an alphabet for each three bytes; no padding, since `bytes` are whole groups.
std::string six_bits(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    for (std::size_t at = 0; at + 3 <= bytes.size(); at += 3) {
        unsigned group = 0;
        for (const char c : bytes.substr(at, 3))
            group = group << 8 | static_cast<unsigned char>(c);
        for (int shift = 18; shift >= 0; shift -= 6)
            out += alphabet[group >> static_cast<unsigned>(shift) & 63u];
    }
    return out;
}

std::string base64_lines() { return in_lines(base::base64_encode(base::as_bytes(file())), 76); }

std::string quoted_printable() {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : file()) {
        const auto b = static_cast<unsigned char>(c);
        if (b > ' ' && b < 0x7F && b != '=') {
            out += c;
        } else {
            out.append({'=', digits[b >> 4u], digits[b & 15u]});
        }
    }
    std::string lines;
    for (std::size_t at = 0; at < out.size();) {
        std::size_t end = std::min(at + 73, out.size());
        // No escape is cut in two.
        const std::size_t escape = out.rfind('=', end - 1);
        if (end < out.size() && escape + 3 > end) end = escape;
        lines.append(out, at, end - at).append("=\r\n");
        at = end;
    }
    return lines;
}

std::string uuencoded() {
    constexpr std::string_view alphabet =
        "`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_";
    std::string out;
    for (std::size_t at = 0; at + 45 <= file_bytes; at += 45)
        out.append("M").append(six_bits(std::string_view(file()).substr(at, 45), alphabet)).append("\r\n");
    return out;
}

std::string yencoded() {
    std::string out;
    std::size_t width = 0;
    for (const char c : file()) {
        const auto b = static_cast<unsigned char>(static_cast<unsigned char>(c) + 42u);
        const bool escaped = b == 0 || b == '\n' || b == '\r' || b == '=';
        if (escaped) out += '=';
        out += static_cast<char>(escaped ? b + 64u : b);
        width += escaped ? 2 : 1;
        if (width < 128) continue;
        out += "\r\n";
        width = 0;
    }
    return out;
}

std::string binhex() {
    constexpr std::string_view alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
    // Name, type, creator, flags, the sizes of both forks, and a CRC that nobody minds.
    std::string packed("\1a\0TEXTttxt\0\0", 13);
    for (int shift = 24; shift >= 0; shift -= 8)
        packed += static_cast<char>(file_bytes >> static_cast<unsigned>(shift) & 0xFFu);
    packed.append(4 + 2, '\0');
    for (const char c : file()) {
        packed += c;
        if (c == '\x90') packed += '\0';
    }
    packed.append(6, '\0');
    return in_lines(six_bits(packed, alphabet), 64);
}

template <class Work>
void each(benchmark::State& state, std::string_view input, Work work) {
    for (auto _ : state)
        work(input);
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

// Decodes into an Output whose pages are used again, as a worker's are.
template <class Decode>
void decode_each(benchmark::State& state, std::string_view input, Decode decode) {
    scanner::PageStore pages;
    std::uint64_t decoded = 0;
    each(state, input, [&](std::string_view text) {
        scanner::Budget budget({}, text.size(), {}, &pages);
        scanner::Output output(budget);
        benchmark::DoNotOptimize(decode(base::as_bytes(text), output));
        decoded = output.size();
    });
    if (decoded < input.size() / 4) state.SkipWithError("little was decoded");
}

void header(benchmark::State& state, std::string_view line) {
    const std::string text = repeat(line, 256u << 10) + "\r\n";
    each(state, text, [](std::string_view t) { benchmark::DoNotOptimize(parse_header(base::as_bytes(t))); });
}
void header_fields(benchmark::State& state) {
    header(state, "X-Field: some words of a usual length here\r\n");
}
void header_folds(benchmark::State& state) {
    header(state, "References: <a@example.net>\r\n <b@example.net>\r\n");
}
void header_odd(benchmark::State& state) { header(state, "Content_Type : text/plain\nX\xE9: y\r\n"); }

void delimiters(benchmark::State& state, const std::string& text, bool strict) {
    each(state, text, [strict](std::string_view t) {
        std::size_t lines = 0;
        for (Line line = find_dashed_line(t, 0, strict); !line.text.empty();
             line = find_dashed_line(t, line.next, strict))
            ++lines;
        benchmark::DoNotOptimize(lines);
    });
}
void delimiters_in_base64(benchmark::State& state) { delimiters(state, base64_lines(), false); }
void delimiters_in_prose(benchmark::State& state) {
    delimiters(state, repeat("Some words - as people write them - and a well-known end.\r\n", file_bytes),
               false);
}
void delimiters_in_dashes(benchmark::State& state) {
    delimiters(state, repeat("--\r\n  --\r\n", file_bytes), false);
}
void delimiters_strict(benchmark::State& state) { delimiters(state, base64_lines(), true); }

void lines(benchmark::State& state, std::string_view unit) {
    each(state, repeat(unit, file_bytes), [](std::string_view t) {
        for (LineReader reader(t); !reader.at_end(); reader.next())
            benchmark::DoNotOptimize(reader.peek());
    });
}
void lines_of_crlf(benchmark::State& state) {
    lines(state, "X-Field: some words of a usual length here\r\n");
}
void lines_of_bare_cr(benchmark::State& state) {
    lines(state, "X-Field: some words\rof a usual length here\r\r\n");
}

void base64_quick(benchmark::State& state) {
    decode_each(state, base64_lines(),
                [](base::Bytes in, scanner::Output& out) { return decode_base64(in, out); });
}
void base64_careful(benchmark::State& state) {
    decode_each(state, base64_lines(), [](base::Bytes in, scanner::Output& out) {
        return decode_base64_carefully(in, out, Base64Way::groups);
    });
}
void base64_odd(benchmark::State& state) {
    const std::string text = repeat("YWJjZGVmZw==\r\n!\r\nYQ", file_bytes);
    decode_each(state, text, [](base::Bytes in, scanner::Output& out) { return decode_base64(in, out); });
}
void base64_search(benchmark::State& state) {
    each(state, base64_lines(),
         [](std::string_view t) { benchmark::DoNotOptimize(find_base64_runs(base::as_bytes(t))); });
}

void qp(benchmark::State& state, const std::string& text) {
    decode_each(state, text,
                [](base::Bytes in, scanner::Output& out) { return decode_quoted_printable(in, out); });
}
void qp_prose(benchmark::State& state) {
    qp(state, repeat("Some words, as people write them, and one =E9 in each of the lines=\r\n", file_bytes));
}
void qp_file(benchmark::State& state) { qp(state, quoted_printable()); }
void qp_odd(benchmark::State& state) { qp(state, repeat("=4=ZZ== \t=\r \r\n", file_bytes)); }

void uu(benchmark::State& state) {
    decode_each(state, uuencoded(),
                [](base::Bytes in, scanner::Output& out) { return decode_uuencode(in, out); });
}
void yenc(benchmark::State& state) {
    const std::string text = "=ybegin line=128 size=1 name=a\r\n" + yencoded() + "=yend size=1\r\n";
    decode_each(state, text, [](base::Bytes in, scanner::Output& out) {
        YencBlock block;
        return find_yenc(in, 0, block) ? decode_yenc(block, out) : Decoded{};
    });
}
void binhex_file(benchmark::State& state) {
    decode_each(state, binhex(), [](base::Bytes in, scanner::Output& out) {
        BinHexHeader header;
        scanner::Budget budget({}, in.size());
        scanner::Output resource(budget);
        return decode_binhex(in, out, resource, header);
    });
}

// A message with text and a file, read and not decoded. `more`: further fields.
std::string message(std::string_view more, std::string_view body) {
    std::string out = "From: a@example.net\r\nTo: b@example.jp\r\nMIME-Version: 1.0\r\n";
    out.append("Content-Type: multipart/mixed; boundary=\"outer\"\r\n").append(more).append("\r\n");
    out += "--outer\r\nContent-Type: text/plain\r\n\r\nsome words\r\n";
    return out.append("--outer\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n")
        .append(body)
        .append("--outer--\r\n");
}
// A bare LF, a line that is no field, and a second type.
constexpr std::string_view odd =
    "Subject: odd\nno field\r\nContent-Type: multipart/mixed; boundary=\"other\"\r\n";

void read_message(benchmark::State& state, const std::string& text) {
    std::set<std::string> readings;
    each(state, text, [&readings](std::string_view t) {
        scanner::Budget budget({}, t.size());
        const Readings all = read_all(base::as_bytes(t), {}, budget);
        for (const MergedLeaf& leaf : all.leaves)
            readings.insert(leaf.readings.begin(), leaf.readings.end());
    });
    state.counters["readings"] = static_cast<double>(std::max<std::size_t>(readings.size(), 1));
}
std::string parts() {
    return repeat("--outer\r\nContent-Type: text/plain\r\n\r\nsome words of a small part of the mail\r\n",
                  512u << 10);
}
void message_of_a_file(benchmark::State& state) { read_message(state, message("", base64_lines())); }
void message_of_a_file_ambiguous(benchmark::State& state) {
    read_message(state, message(odd, base64_lines()));
}
void message_of_parts(benchmark::State& state) { read_message(state, message("", parts())); }
void message_of_parts_ambiguous(benchmark::State& state) { read_message(state, message(odd, parts())); }

BENCHMARK(header_fields);
BENCHMARK(header_folds);
BENCHMARK(header_odd);
BENCHMARK(lines_of_crlf);
BENCHMARK(lines_of_bare_cr);
BENCHMARK(delimiters_in_base64);
BENCHMARK(delimiters_strict);
BENCHMARK(delimiters_in_prose);
BENCHMARK(delimiters_in_dashes);
BENCHMARK(base64_quick);
BENCHMARK(base64_careful);
BENCHMARK(base64_odd);
BENCHMARK(base64_search);
BENCHMARK(qp_prose);
BENCHMARK(qp_file);
BENCHMARK(qp_odd);
BENCHMARK(uu);
BENCHMARK(yenc);
BENCHMARK(binhex_file);
BENCHMARK(message_of_a_file);
BENCHMARK(message_of_a_file_ambiguous);
BENCHMARK(message_of_parts);
BENCHMARK(message_of_parts_ambiguous);

}  // namespace

BENCHMARK_MAIN();

#include "scanner/office/xlm/biff_cells.h"

#include <bit>

#include "base/charset.h"
#include "scanner/office/xlm/biff_records.h"
#include "scanner/office/xlm/token_reader.h"

namespace sekisho::scanner::office::xlm {

namespace {

class CellReader {
public:
    CellReader(base::Bytes stream, Book& book, Sheet& sheet) : in_(stream), book_(book), sheet_(sheet) {}

    void run(std::size_t offset, Budget& budget) {
        constexpr std::uint64_t steps_a_record = 64;
        (void)in_.seek(offset);
        int depth = 0;
        while (auto found = in_.next()) {
            if (!budget.spend_steps(steps_a_record)) return;
            if (found->type == record::bof) ++depth;
            if (found->type == record::end_of_substream && --depth <= 0) return;
            if (depth == 1) read(*found);  // charts stand within, with records of their own
        }
    }

private:
    bool biff8() const { return book_.dialect == Dialect::biff8; }

    void read(const Record& at) {
        base::Cursor in(at.data);
        switch (at.type) {
            case record::formula:
            case record::formula_biff3:
            case record::formula_biff4:
                return read_formula_cell(in);
            case record::string:
                return read_result(at.data);
            case record::array:
                return read_shared(at.data, 12);
            case record::shared_formula:
                return read_shared(at.data, 8);
            case record::mul_rk:
                return read_numbers(in);
            case record::label_shared:
            case record::label:
            case record::rich_string:
            case record::number:
            case record::rk:
            case record::bool_error:
                return read_constant(at.type, in);
            default:
                return;
        }
    }

    void read_constant(std::uint16_t type, base::Cursor& in) {
        const std::uint16_t row = in.u16_le().value_or(0);
        const std::uint16_t column = in.u16_le().value_or(0);
        if (!in.skip(2)) return;
        Value value;
        switch (type) {
            case record::label_shared:
                value = shared_text(in.u32_le().value_or(0));
                break;
            case record::number:
                value = Value::of(std::bit_cast<double>(in.u64_le().value_or(0)));
                break;
            case record::rk:
                value = Value::of(rk_number(in.u32_le().value_or(0)));
                break;
            case record::bool_error: {
                const std::uint8_t code = in.u8().value_or(0);
                value = in.u8().value_or(0) != 0 ? Value::failed(std::string(error_name(code)))
                                                 : Value::of(code != 0);
                break;
            }
            default:
                value = Value::of(text_of(in, in.u16_le().value_or(0)));
                break;
        }
        if (Cell* cell = book_.add_cell(sheet_, row, column)) cell->value = std::move(value);
    }

    static Value shared_text(std::uint32_t index) {
        return {.type = Value::Type::number, .number = static_cast<double>(index), .partial = true};
    }

    std::string text_of(base::Cursor& in, std::size_t count) const {
        if (biff8()) return flagged_string(in, count).value_or("");
        const auto bytes = in.take(std::min(count, in.left()));
        return bytes ? base::to_utf8(*bytes, book_.charset) : std::string();
    }

    void read_numbers(base::Cursor& in) {
        const std::uint16_t row = in.u16_le().value_or(0);
        std::uint32_t column = in.u16_le().value_or(0);
        while (in.left() >= 8) {
            (void)in.skip(2);
            const double number = rk_number(in.u32_le().value_or(0));
            if (Cell* cell = book_.add_cell(sheet_, row, column++)) cell->value = Value::of(number);
        }
    }

    // [MS-XLS] 2.4.127.
    void read_formula_cell(base::Cursor& in) {
        constexpr std::size_t result_size = 8;
        const std::uint16_t row = in.u16_le().value_or(0);
        const std::uint16_t column = in.u16_le().value_or(0);
        (void)in.skip(2);
        const auto result = in.take(result_size);
        if (!result || !in.skip(6)) return book_.note_damage("a formula is cut");
        const std::size_t size = in.u16_le().value_or(0);
        Source source;
        source.tokens = base::head(in.rest(), size);
        if (source.tokens.size() < size) book_.note_damage("a formula is cut");
        (void)in.skip(source.tokens.size());
        source.extra = in.rest();
        waits_ = false;
        book_.add_formula(sheet_, row, column, result_of(*result), std::move(source));
        last_ = {column, row};
    }

    // [MS-XLS] 2.5.133: a number, or what it is instead.
    Value result_of(base::Bytes result) {
        const auto byte = [&](std::size_t i) { return std::to_integer<std::uint8_t>(result[i]); };
        if (byte(6) != 0xFF || byte(7) != 0xFF)
            return Value::of(std::bit_cast<double>(base::Cursor(result).u64_le().value_or(0)));
        if (byte(0) == 1) return Value::of(byte(2) != 0);
        if (byte(0) == 2) return Value::failed(std::string(error_name(byte(2))));
        waits_ = byte(0) == 0;  // a String record follows
        return {};
    }

    void read_result(base::Bytes data) {
        if (!waits_) return;
        waits_ = false;
        std::string text;
        if (biff8()) {
            std::vector<base::Bytes> parts{data};
            in_.take_continued(parts);
            Pieces all(std::move(parts));
            const std::uint16_t count = all.u16();
            bool cut = false;
            const bool wide = (all.u8() & 1U) != 0;
            text = all.characters(count, wide, cut);
        } else {
            base::Cursor in(data);
            text = text_of(in, in.u16_le().value_or(0));
        }
        const auto cell = sheet_.cells.find(last_);
        if (cell != sheet_.cells.end()) cell->second.value = Value::of(std::move(text));
    }

    // Array and ShrFmla: `before` bytes until the formula's size.
    void read_shared(base::Bytes data, std::size_t before) {
        base::Cursor in(data);
        const std::uint16_t row = in.u16_le().value_or(0);
        (void)in.u16_le();
        const std::uint8_t column = in.u8().value_or(0);
        if (!in.seek(before)) return;
        const std::size_t size = in.u16_le().value_or(0);
        Source source;
        source.tokens = base::head(in.rest(), size);
        (void)in.skip(source.tokens.size());
        source.extra = in.rest();
        if (sheet_.shared.size() < max_cells) sheet_.shared[{column, row}] = std::move(source);
    }

    RecordReader in_;
    Book& book_;
    Sheet& sheet_;
    bool waits_ = false;  // for the text that the last formula gave
    CellKey last_;
};

}  // namespace

void read_biff_cells(base::Bytes stream, std::size_t offset, Book& book, Sheet& sheet, Budget& budget) {
    CellReader(stream, book, sheet).run(offset, budget);
}

void resolve_shared_string(const Book& book, Value& value) {
    if (value.type != Value::Type::number || !value.partial) return;
    const auto index = static_cast<std::size_t>(value.number);
    value = index < book.strings.size() ? Value::of(book.strings[index]) : Value::unknown();
}

}  // namespace sekisho::scanner::office::xlm

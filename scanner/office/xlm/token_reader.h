// What tokens.cpp and token_references.cpp share: the reader of one formula's tokens.
#pragma once

#include "base/cursor.h"
#include "scanner/office/xlm/functions.h"
#include "scanner/office/xlm/tokens.h"

namespace sekisho::scanner::office::xlm {

class TokenReader {
public:
    TokenReader(const Book& book, const Source& source, const Place& at)
        : book_(book), at_(at), in_(source.tokens), extra_(source.extra) {}

    Formula run();

private:
    struct Coordinate {
        std::uint32_t row = 0;
        std::uint32_t column = 0;
        bool row_relative = false;
        bool column_relative = false;
    };

    bool biff5() const { return book_.dialect == Dialect::biff5; }
    bool biff12() const { return book_.dialect == Dialect::biff12; }
    void push(Node node) { stack_.push_back(out_.add(std::move(node))); }
    bool skip(std::size_t bytes) { return in_.skip(bytes).has_value(); }
    void finish();

    // Each false where the rest cannot be read.
    bool read_token();
    bool read_binary(std::uint8_t token);
    bool wrap(Node node);
    bool read_plain(std::uint8_t token);
    bool read_text();
    bool read_extended();
    bool read_attribute();
    bool read_number(std::size_t bytes, Node::Kind kind);
    bool read_operand(std::uint8_t token);
    bool call(std::string name, std::size_t count);
    bool read_function(const Function* function);
    bool read_variable_function();
    // token_references.cpp
    bool read_lost(std::size_t bytes);
    bool read_name();
    bool read_far_name();
    bool read_corners(bool area, bool offsets, Node& node);
    bool read_reference(bool area, bool offsets, Node node);
    bool read_far_reference(bool area);
    bool read_array();
    bool read_item(std::string& shown);

    Node name_of(std::uint32_t index) const;
    const Link* link_of(std::uint32_t range) const;
    const Link* link_of_biff5(std::int16_t index) const;
    Coordinate coordinate(std::uint32_t row, std::uint32_t column, std::uint32_t flags, bool offsets) const;
    void set_sheet(Node& node, std::int32_t first, std::int32_t last) const;

    const Book& book_;
    Place at_;
    base::Cursor in_;
    base::Cursor extra_;
    Formula out_;
    std::vector<std::uint32_t> stack_;
};

// "#REF!" for 0x17: BErr, [MS-XLS] 2.5.10.
std::string_view error_name(std::uint8_t code);

}  // namespace sekisho::scanner::office::xlm

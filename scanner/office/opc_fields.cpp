#include "scanner/office/opc_fields.h"

#include <span>
#include <string_view>

#include "scanner/office/word_fields.h"
#include "scanner/xml_pull.h"

namespace sekisho::scanner::office {

namespace {

using Token = XmlPull::Token;

class FieldsOfPart {
public:
    explicit FieldsOfPart(std::string_view text) : xml_(text) {}

    void run() {
        for (Token token = xml_.next(); token != Token::end; token = xml_.next()) {
            if (token == Token::start_tag) {
                start(xml_.local_name());
            } else if (token == Token::end_tag) {
                end(xml_.local_name());
            } else if (takes_text_) {
                reader_.text(xml_.text());
            }
        }
        reader_.finish();
    }
    std::span<const WordField> fields() const { return reader_.fields(); }
    bool cut() const { return reader_.cut(); }

private:
    void start(std::string_view name) {
        if (name == "fldChar") {
            mark(xml_.attribute("fldCharType").value_or(""));
        } else if (name == "fldSimple") {
            reader_.begin();
            reader_.text(xml_.attribute("instr").value_or(""));
            reader_.separate();
        } else if (name == "instrText" || name == "delInstrText" || name == "t") {
            takes_text_ = true;
        }
    }
    void end(std::string_view name) {
        takes_text_ = false;
        if (name == "fldSimple") reader_.end();
    }
    void mark(std::string_view type) {
        if (type == "begin") reader_.begin();
        if (type == "separate") reader_.separate();
        if (type == "end") reader_.end();
    }

    XmlPull xml_;
    FieldReader reader_;
    bool takes_text_ = false;
};

}  // namespace

void inspect_word_fields(const Part& part, Findings& findings) {
    const XmlText text(part.bytes);
    // Most documents have no field, and are as long as people write them.
    if (text.view().find("instr") == std::string_view::npos &&
        text.view().find("fldSimple") == std::string_view::npos)
        return;
    FieldsOfPart fields(text.view());
    fields.run();
    report_fields(fields.fields(), part.id, findings);
    if (fields.cut()) findings.add("rtf.limit", part.id, "fields");
}

}  // namespace sekisho::scanner::office

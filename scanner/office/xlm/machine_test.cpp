#include "scanner/office/xlm/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scanner/office/xlm/parser.h"
#include "scanner/office/xlm/traits.h"

namespace sekisho::scanner::office::xlm {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// Two sheets: M, a macro sheet with `formulas` down column A, and D, an ordinary one with `constants` down
// its own.
Book book_of(const std::vector<std::string>& formulas, const std::vector<std::string>& constants = {}) {
    Book book;
    book.dialect = Dialect::text_a1;
    book.sheets.push_back({.name = "M", .macro = true});
    book.sheets.push_back({.name = "D", .state = SheetState::hidden});
    for (std::uint32_t row = 0; row < formulas.size(); ++row)
        if (!formulas[row].empty()) book.add_formula(book.sheets[0], row, 0, {}, {.text = formulas[row]});
    for (std::uint32_t row = 0; row < constants.size(); ++row)
        book.add_cell(book.sheets[1], row, 0)->value = Value::of(constants[row]);
    return book;
}

std::vector<std::string> commands_of(Book book, bool rest = false) {
    Budget budget({}, 1u << 20);
    Machine machine(book, budget);
    machine.start({0, 0, 0});
    if (rest) machine.start_rest();
    std::vector<std::string> out;
    for (const Command& command : machine.trace().commands)
        out.push_back(command_text(command));
    return out;
}

// What EXEC gets for `expression`.
std::string result_of(const std::string& expression, const std::vector<std::string>& constants = {}) {
    const auto commands = commands_of(book_of({"EXEC(" + expression + ")", "HALT()"}, constants));
    if (commands.size() != 1) return "(none)";
    return commands[0].substr(6, commands[0].size() - 8);
}

TEST(Machine, Expressions) {
    struct Row {
        std::string_view expression;
        std::string_view result;
    };
    const Row rows[] = {
        {R"("a"&"b"&1)", "ab1"},
        {R"(CHAR(99)&CHAR(109)&CHAR(100))", "cmd"},
        {R"(MID("xcalcx",2,4))", "calc"},
        {R"(LEFT("abc")&RIGHT("abc",2))", "abc"},
        {R"(REPLACE("abXXef",3,2,"cd"))", "abcdef"},
        {R"(SUBSTITUTE("c#m#d","#",""))", "cmd"},
        {R"(SUBSTITUTE("aXaXa","X","-",2))", "aXa-a"},
        {R"(UPPER("abc")&LOWER("DEF"))", "ABCdef"},
        {R"(TRIM("  a   b "))", "a b"},
        {R"(REPT("ab",3))", "ababab"},
        {R"(CODE("A")+1)", "66"},
        {R"(CHAR(CODE("b")-1))", "a"},
        {R"(VALUE("12")*2)", "24"},
        {R"(CONCATENATE("a",1,"b"))", "a1b"},
        {R"(T("x")&T(5))", "x"},
        {R"(INT(7.9)&ABS(-3)&MOD(7,4)&ROUND(2.5,0))", "7333"},
        {R"(SUM(1,2,3))", "6"},
        {R"(CHOOSE(2,"a","b","c"))", "b"},
        {R"(D!A2&D!$A$1)",
         "two"
         "one"},
        {R"(INDEX(D!A1:A3,3))", "three"},
        {R"(OFFSET(D!A1,1,0))", "two"},
        {R"(INDIRECT("D!A3"))", "three"},
        {R"(IF(1=1,"yes","no"))", "yes"},
        {R"(IF(2<1,"yes","no"))", "no"},
        {R"(FIND("c","abc"))", "3"},
        {R"(LEN("日本"))", "2"},
        {R"(MID("日本語",2,1))", "本"},
        {R"("a""b")", "a\"b"},
        {R"(-2^2)", "4"},
        {R"(50%)", "0.5"},
        {R"((1+2)*3)", "9"},
        {R"(HEX2DEC("FF"))", "255"},
        {R"(_xlfn.BITXOR(5,1))", "4"},
        {R"("x"&GET.WORKSPACE(1)&"y")", "x?y"},
    };
    for (const Row& row : rows)
        EXPECT_EQ(result_of(std::string(row.expression), {"one", "two", "three"}), row.result)
            << row.expression;
}

TEST(Machine, Names) {
    EXPECT_THAT(
        commands_of(book_of({R"(SET.NAME("p","cm"))", R"(SET.NAME("q",p&"d"))", "EXEC(q)", "HALT()"})),
        ElementsAre(R"(EXEC("cmd"))"));
    EXPECT_THAT(commands_of(book_of({R"(p="cmd")", "EXEC(p)", "HALT()"})), ElementsAre(R"(EXEC("cmd"))"));
    Book book = book_of({"EXEC(secret)", "HALT()"}, {"from a name"});
    book.names.push_back({.name = "Secret", .formula = {.text = "D!$A$1"}});
    EXPECT_THAT(commands_of(book), ElementsAre(R"(EXEC("from a name"))"));
}

TEST(Machine, WritesFormulasAndRunsThem) {
    EXPECT_THAT(commands_of(book_of({R"~(FORMULA("=EX"&"EC(""calc"")",A3))~", "", "", "HALT()"})),
                ElementsAre(R"(EXEC("calc"))"));
    EXPECT_THAT(
        commands_of(book_of({R"~(FORMULA("=EXEC(R[-2]C2)",A3))~", R"(SET.VALUE(B1,"rel"))", "", "HALT()"})),
        ElementsAre(R"(EXEC("rel"))"));
    EXPECT_THAT(commands_of(book_of({R"~(FORMULA.FILL("=EXEC(""x""&ROW())",A2:A4))~", "", "", "", "HALT()"})),
                ElementsAre(R"(EXEC("x2"))", R"(EXEC("x3"))", R"(EXEC("x4"))"));
    EXPECT_THAT(commands_of(book_of({R"(SELECT(C1))", R"~(FORMULA("=EXEC(""active"")"))~", "GOTO(C1)"})),
                ElementsAre(R"(EXEC("active"))"));
}

TEST(Machine, Flow) {
    struct Row {
        std::string_view name;
        std::vector<std::string> formulas;
        std::vector<std::string> commands;
    };
    const Row rows[] = {
        {"goto", {"GOTO(A3)", R"(EXEC("no"))", R"(EXEC("yes"))", "HALT()"}, {R"(EXEC("yes"))"}},
        {"halt", {"HALT()", R"(EXEC("no"))"}, {}},
        {"call",
         {"A4()", R"(EXEC("after"))", "HALT()", R"(EXEC("within"))", "RETURN()"},
         {R"(EXEC("within"))", R"(EXEC("after"))"}},
        {"result", {R"(EXEC("<"&A4()&">"))", "HALT()", "", R"(RETURN("r"))"}, {R"(EXEC("<r>"))"}},
        {"run", {"RUN(A4)", "HALT()", "", R"(EXEC("run"))", "RETURN()"}, {R"(EXEC("run"))"}},
        {"on time",
         {R"(ON.TIME(NOW()+1,"M!A4"))", "HALT()", "", R"(EXEC("later"))", "HALT()"},
         {R"(EXEC("later"))"}},
        {"error", {"ERROR(TRUE,A4)", "HALT()", "", R"(EXEC("handler"))", "HALT()"}, {R"(EXEC("handler"))"}},
        {"unknown condition, both ways",
         {"IF(GET.WORKSPACE(19),EXEC(\"a\"),EXEC(\"b\"))", "HALT()"},
         {R"(EXEC("a"))", R"(EXEC("b"))"}},
        {"an end that may not come",
         {"IF(GET.WORKSPACE(13)<770,CLOSE(FALSE),)", R"(EXEC("on"))", "HALT()"},
         {R"(EXEC("on"))"}},
        {"goto that may not come",
         {"IF(GET.CELL(1,A1),GOTO(A4))", R"(EXEC("main"))", "HALT()", R"(EXEC("side"))", "HALT()"},
         {R"(EXEC("main"))", R"(EXEC("side"))"}},
        {"block, true",
         {"IF(1=1)", R"(EXEC("then"))", "ELSE()", R"(EXEC("else"))", "END.IF()", R"(EXEC("end"))", "HALT()"},
         {R"(EXEC("then"))", R"(EXEC("end"))"}},
        {"block, false",
         {"IF(1=2)", R"(EXEC("then"))", "ELSE()", R"(EXEC("else"))", "END.IF()", R"(EXEC("end"))", "HALT()"},
         {R"(EXEC("else"))", R"(EXEC("end"))"}},
        {"block, else if",
         {"IF(1=2)", R"(EXEC("1"))", "ELSE.IF(2=2)", R"(EXEC("2"))", "ELSE()", R"(EXEC("3"))", "END.IF()",
          "HALT()"},
         {R"(EXEC("2"))"}},
        {"for",
         {R"(FOR("i",1,3))", R"(EXEC("n"&i))", "NEXT()", "HALT()"},
         {R"(EXEC("n1"))", R"(EXEC("n2"))", R"(EXEC("n3"))"}},
        {"for downwards",
         {R"(FOR("i",2,1,-1))", R"(EXEC("n"&i))", "NEXT()", "HALT()"},
         {R"(EXEC("n2"))", R"(EXEC("n1"))"}},
        {"for, never",
         {R"(FOR("i",2,1))", R"(EXEC("n"&i))", "NEXT()", R"(EXEC("end"))", "HALT()"},
         {R"(EXEC("end"))"}},
        {"while",
         {R"(SET.NAME("i",0))", "WHILE(i<2)", R"(EXEC("n"&i))", R"(SET.NAME("i",i+1))", "NEXT()", "HALT()"},
         {R"(EXEC("n0"))", R"(EXEC("n1"))"}},
        {"break",
         {R"(FOR("i",1,9))", R"(EXEC("n"&i))", "IF(i=2,BREAK())", "NEXT()", R"(EXEC("end"))", "HALT()"},
         {R"(EXEC("n1"))", R"(EXEC("n2"))", R"(EXEC("end"))"}},
        {"for cell",
         {R"(FOR.CELL("c",D!A1:A2))", "EXEC(c)", "NEXT()", "HALT()"},
         {R"(EXEC("one"))", R"(EXEC("two"))"}},
        {"registered name",
         {R"(REGISTER("lib","proc","JJ","fetch",,1,9))", R"(fetch("x"))", "HALT()"},
         {R"(REGISTER("lib", "proc", "JJ", "fetch", "", "1", "9"))", R"(CALL("lib!proc", "x"))"}},
    };
    for (const Row& row : rows)
        EXPECT_EQ(commands_of(book_of(row.formulas, {"one", "two"})), row.commands) << row.name;
}

TEST(Machine, DecodesInALoop) {
    EXPECT_THAT(commands_of(book_of(
                    {R"(SET.NAME("out",""))", R"(FOR("i",1,LEN(D!A1)))",
                     R"(SET.NAME("out",out&CHAR(CODE(MID(D!A1,i,1))-1)))", "NEXT()", "EXEC(out)", "HALT()"},
                    {"dbmd"})),
                ElementsAre(R"(EXEC("calc"))"));
}

TEST(Machine, BranchesThatWereNotTakenAreLookedAtInTheEnd) {
    EXPECT_THAT(
        commands_of(book_of({R"(IF(FALSE,EXEC("hidden"),1))", "HALT()", R"(EXEC("unreached"))"}), true),
        UnorderedElementsAre(R"(EXEC("hidden"))", R"(EXEC("unreached"))"));
}

// Each of these would go on for ever, or for very long.
TEST(Machine, IsBounded) {
    const std::vector<std::string> hostile[] = {
        {"GOTO(A1)"},
        {"A1()"},
        {"WHILE(TRUE)", "1", "NEXT()"},
        {R"(FOR("i",1,1E+300))", R"(FOR("j",1,1E+300))", "i*j", "NEXT()", "NEXT()"},
        {R"~(FORMULA("=GOTO(A1)",A2))~", ""},
        {R"(SET.NAME("x","aaaaaaaaaaaaaaaa"))", R"(SET.NAME("x",x&x))", "GOTO(A2)"},
        {R"(FORMULA.FILL("=1",A1:XFD1048576))"},
        {"SUM(A1:XFD1048576)"},
        {"A2", "A1"},
        {R"(RUN("A1"))"},
        {R"~(EVALUATE("EVALUATE(A1)"))~"},
        {R"(ON.TIME(NOW(),"A1"))", R"(REPT(REPT("x",32767),32767))"},
    };
    for (const auto& formulas : hostile) {
        Book book = book_of(formulas);
        book.names.push_back({.name = "loop", .formula = {.text = "loop&loop"}});
        Budget budget({}, 1u << 20);
        Machine machine(book, budget);
        machine.start({0, 0, 0});
        machine.start_rest();
        EXPECT_THAT(machine.trace().commands, IsEmpty()) << formulas[0];
    }
}

// A column of constants between FOR and NEXT is passed over in each round.
TEST(Machine, CostOfConstantsIsCounted) {
    Book book = book_of({R"(FOR("i",1,1000000))"});
    for (std::uint32_t row = 1; row < 50'000; ++row)
        book.add_cell(book.sheets[0], row, 0)->value = Value::of(1.0);
    book.add_formula(book.sheets[0], 50'000, 0, {}, {.text = "NEXT()"});
    Budget budget({}, 1u << 20);
    Machine machine(book, budget);
    machine.start({0, 0, 0});
    EXPECT_TRUE(machine.trace().cut);
}

// Code that the clock, a font or a cell of another sheet decodes: what droppers of 2020 did to be read by
// nobody.
TEST(Machine, CodeThatCannotBeReadIsNoted) {
    const auto undecoded = [](const std::vector<std::string>& formulas, bool from_start = true) {
        Book book = book_of(formulas);
        Budget budget({}, 1u << 20);
        Machine machine(book, budget);
        if (from_start) machine.start({0, 0, 0});
        machine.start_rest();
        Traits traits;
        traits.note(Traits::Trait::autoexec, "M");
        traits.read_trace(machine.trace(), book);
        Findings findings(100);
        traits.report(0, findings);
        return findings.has("office.xlm.dropper") && findings.has("office.xlm.obfuscated");
    };
    EXPECT_TRUE(undecoded({R"(SET.NAME("k",DAY(NOW())))", R"(FORMULA(CHAR(k+40)&CHAR(k+48)&CHAR(k+67),A4))",
                           "GOTO(A4)", "", "HALT()"}));
    EXPECT_TRUE(
        undecoded({R"(SET.NAME("k",GET.CELL(17,B1)))", R"(FORMULA(CHAR(k+37)&CHAR(k+45),A4))", "GOTO(A4)"}));
    EXPECT_FALSE(undecoded({R"(FORMULA(CHAR(61)&"1+1",A4))", "GOTO(A4)"}));
    EXPECT_FALSE(undecoded({R"x(FORMULA("=SUM(R1C1:R"&GET.CELL(2)&"C1)",A4))x"}))
        << "says itself what it does";
    EXPECT_FALSE(undecoded({R"(FORMULA(INPUT("Name",2),A4))"}));
    EXPECT_FALSE(undecoded({R"(FORMULA(CHAR(DAY(NOW())+40)&"x",D!A1))"})) << "no macro sheet";
}

TEST(Parser, ReadsWhatThePrinterShows) {
    const Book book = book_of({});
    for (const std::string_view text :
         {"A1", "D!B2", "A1:B2", "1+2*3", "\"a\"\"b\"", "IF(A1>=2,\"x\",)", "SUM(A1:A3,-1)", "{1,2;3,4}",
          "#N/A", "(1+2)*3", "A1()", "name&\"x\"&1%", "CHAR(65)", "!C3", "a<>b", "TRUE"}) {
        const Formula formula = parse_formula(book, text, {0, 0, 0}, false);
        EXPECT_FALSE(formula.damaged) << text;
        EXPECT_EQ(formula_text(formula), "=" + std::string(text));
    }
}

TEST(Parser, R1C1IsRelativeToTheCell) {
    const Book book = book_of({});
    const Place at{0, 4, 4};
    EXPECT_EQ(formula_text(parse_formula(book, "R[-1]C[1]&R2C3&RC", at, true)), "=F4&C2&E5");
    EXPECT_EQ(formula_text(parse_formula(book, "R1C1:R[1]C", at, true)), "=A1:E6");
}

TEST(Parser, BrokenTextIsDamageAndEnds) {
    const Book book = book_of({});
    for (const std::string& text :
         {std::string("\"open"), std::string("(("), std::string("A1+"), std::string("IF(1,"),
          std::string(5'000, '('), std::string(5'000, '-'), std::string("'sheet"), std::string("a|b"),
          std::string("{"), std::string("#"), std::string(",")}) {
        const Formula formula = parse_formula(book, text, {0, 0, 0}, true);
        EXPECT_LE(formula.nodes.size(), Formula::max_nodes + 1);
        (void)formula_text(formula);
    }
    EXPECT_TRUE(parse_formula(book, "(1", {0, 0, 0}, false).damaged);
}

}  // namespace
}  // namespace sekisho::scanner::office::xlm

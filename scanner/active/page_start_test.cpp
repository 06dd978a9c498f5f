#include "scanner/active/page_start.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/fixtures/mutate.h"

namespace sekisho::scanner::active {
namespace {

// Saves a file as pages do.
constexpr std::string_view save =
    "var a=document.createElement('a');a.href=URL.createObjectURL(b);a.download='x.zip';a.click();";

struct Shown {
    const char* name;
    std::string script;
    Saving saving;
    std::string handler = {};  // an onclick of the page
};
class PageStart : public testing::TestWithParam<Shown> {};
TEST_P(PageStart, IsToldFromAClick) {
    std::vector<PageScript> scripts{{.code = GetParam().script}};
    if (!GetParam().handler.empty()) scripts.push_back({.code = GetParam().handler, .on_click = true});
    EXPECT_EQ(saving_of(scripts), GetParam().saving);
}

std::string with_save(std::string_view before, std::string_view after) {
    return std::string(before) + std::string(save) + std::string(after);
}

INSTANTIATE_TEST_SUITE_P(
    AtOnce, PageStart,
    testing::Values(
        Shown{"at_the_top", with_save("", ""), Saving::by_itself},
        Shown{"called_at_once", with_save("(function(){", "})()"), Saving::by_itself},
        Shown{"arrow_called_at_once", with_save("(()=>{", "})()"), Saving::by_itself},
        Shown{"named_and_called", with_save("function dl(){", "} dl();"), Saving::by_itself},
        Shown{"called_before_it_is_defined", with_save("dl();function dl(){", "}"), Saving::by_itself},
        Shown{"by_another_function", with_save("function x(){dl()} x(); function dl(){", "}"),
              Saving::by_itself},
        Shown{"timer", with_save("setTimeout(function(){", "},100)"), Saving::by_itself},
        Shown{"timer_by_name", with_save("function dl(){", "} setTimeout(dl, 100);"), Saving::by_itself},
        Shown{"timer_in_a_string", with_save("function dl(){", "} setTimeout(\"dl()\", 100);"),
              Saving::by_itself},
        Shown{"onload", with_save("window.onload=function(){", "}"), Saving::by_itself},
        Shown{"onload_by_name", with_save("function dl(){", "} window.onload=dl;"), Saving::by_itself},
        Shown{"event_of_load", with_save("window.addEventListener('load', function(){", "})"),
              Saving::by_itself},
        Shown{"moved_mouse", with_save("b.addEventListener('mousemove',e=>{", "});"), Saving::by_itself},
        Shown{"promise", with_save("fetch(u).then(r=>r.blob()).then(b=>{", "})"), Saving::by_itself},
        Shown{"any_click_in_the_page", with_save("document.onclick=function(){", "}"), Saving::by_itself},
        Shown{"any_click_in_the_page_heard", with_save("document.addEventListener('click',function(){", "})"),
              Saving::by_itself},
        Shown{"ms_save_blob", "navigator.msSaveBlob(b,'x.zip')", Saving::by_itself},
        Shown{"save_as", "saveAs(b,'x.zip')", Saving::by_itself},
        Shown{"sent_event", "a.dispatchEvent(new MouseEvent('click'))", Saving::by_itself},
        Shown{"goes_there", "location.href=URL.createObjectURL(b)", Saving::by_itself},
        Shown{"goes_there_by_name", "window.location=u", Saving::by_itself},
        Shown{"click_in_brackets", "a['click']()", Saving::by_itself},
        Shown{"both_ways", with_save("b.onclick=function(){", "};") + "a.click()", Saving::by_itself},
        Shown{"button_and_script_click_it",
              with_save("function dl(){", "}") + "document.getElementById('b').click();", Saving::by_itself,
              "dl()"},
        Shown{"obfuscated", with_save("b.onclick=function(){", "};") + "_0x1f(_0x2e)", Saving::by_itself},
        Shown{"evaluated", with_save("b.onclick=function(){", "};") + "eval(x)", Saving::by_itself},
        Shown{"nobody_calls_it", with_save("function dl(){", "}"), Saving::by_itself},
        Shown{"frame", "f.src=URL.createObjectURL(b)", Saving::by_itself},
        Shown{"goes_there_by_declaring", "var location=u", Saving::by_itself},
        Shown{"goes_there_in_a_loop", "for(var location=u;;)break;", Saving::by_itself},
        Shown{"handler_called", with_save("b.onclick=function(){", "};") + "b.onclick()", Saving::by_itself},
        Shown{"handler_of_a_timer", with_save("b.onclick=function(){", "};") + "setTimeout(b.onclick,9)",
              Saving::by_itself},
        Shown{"click_of_an_other", with_save("b.onclick=function(){", "};") + "b.click.call(b)",
              Saving::by_itself},
        Shown{"click_if_there_is_one", with_save("b.onclick=function(){", "};") + "b.click?.()",
              Saving::by_itself},
        Shown{"click_in_a_string", with_save("b.onclick=function(){", "};") + "setTimeout('b.click()',9)",
              Saving::by_itself},
        Shown{"click_in_a_template", with_save("b.onclick=function(){", "};") + "t=`${b.click()}`",
              Saving::by_itself},
        Shown{"click_in_escapes", with_save("b.onclick=function(){", "};") + "b.cl\\u0069ck()",
              Saving::by_itself},
        Shown{"triggered", with_save("$(b).click(function(){", "});") + "$(b).trigger('click')",
              Saving::by_itself},
        Shown{"form_that_is_sent", with_save("f.onsubmit=function(){", "};") + "f.requestSubmit()",
              Saving::by_itself},
        Shown{"second_name", with_save("f=b.onclick=()=>{", "};f()"), Saving::by_itself},
        Shown{"called_without_a_name", with_save("b.onclick=function(){", "};") + "b[k]()",
              Saving::by_itself},
        Shown{"handler_of_a_component", with_save("p={onClick:()=>{", "}};p.onClick()"), Saving::by_itself},
        Shown{
            "markup_that_fails",
            with_save("b.onclick=function(){", "};") + "document.write(\"<img src=x onerror='b.click()'>\")",
            Saving::by_itself},
        Shown{"brackets_that_do_not_fit", with_save("b.onclick=function(){", "}}"), Saving::by_itself},
        Shown{"behind_an_expression", with_save("x=/['\"}]/.test(y);", ""), Saving::by_itself}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    OnAClick, PageStart,
    testing::Values(
        Shown{"handler_of_a_button", with_save("function dl(){", "}"), Saving::on_click, "dl()"},
        Shown{"handler_with_arguments", with_save("function dl(n,f){", "}"), Saving::on_click,
              "return dl('a', 3)"},
        Shown{"set_in_the_script", with_save("document.getElementById('b').onclick=function(){", "}"),
              Saving::on_click},
        Shown{"set_by_name", with_save("function dl(){", "} b.onclick = dl;"), Saving::on_click},
        Shown{"set_by_arrow", with_save("b.onclick = () => {", "}"), Saving::on_click},
        Shown{"set_by_arrow_of_one_name", with_save("b.onclick = async e => {", "}"), Saving::on_click},
        Shown{"arrow_expression", "b.onclick=()=>a.click(); x()", Saving::on_click},
        Shown{"name_like_a_handler",
              with_save("const onSave=()=>{", "};b.addEventListener('click', onSave);"), Saving::on_click},
        Shown{"name_of_its_own",
              with_save("(function(w){var location=w.location})(window);b.onclick=function(){", "}"),
              Saving::on_click},
        Shown{"react",
              with_save("function onDownload(){", "} e('button',{className:'b',onClick:onDownload});"),
              Saving::on_click},
        Shown{"react_arrow", with_save("e('button',{onClick:()=>{", "}});"), Saving::on_click},
        Shown{"markup_with_a_button",
              with_save("b.onclick=function(){", "};") +
                  "p.innerHTML='<button onclick=\"f.click()\">Choose</button>'",
              Saving::on_click},
        Shown{"heard", with_save("b.addEventListener('click', function(e){", "});"), Saving::on_click},
        Shown{"heard_by_name", with_save("const dl=()=>{", "};b.addEventListener('click', dl);"),
              Saving::on_click},
        Shown{"return_key", with_save("p.addEventListener('keyup',e=>{if(e.key=='Enter'){", "}});"),
              Saving::on_click},
        Shown{"form_of_a_password", with_save("f.addEventListener('submit',async function(e){", "});"),
              Saving::on_click},
        Shown{"jquery", with_save("$('#b').click(function(){", "});"), Saving::on_click},
        Shown{"jquery_on", with_save("$('#b').on('click', function(){", "});"), Saving::on_click},
        Shown{"within_a_ready_page", with_save("window.onload=function(){b.onclick=function(){", "}}"),
              Saving::on_click},
        Shown{"timer_behind_a_click", with_save("b.onclick=function(){setTimeout(()=>{", "},10)}"),
              Saving::on_click},
        Shown{"by_another_function", with_save("function x(){dl()} function dl(){", "}"), Saving::on_click,
              "x()"},
        Shown{"in_blocks", with_save("function dl(){if(x){for(;;){", "}}}"), Saving::on_click, "dl()"},
        Shown{"set_as_an_attribute", with_save("function dl(){", "} b.setAttribute('onclick','dl()')"),
              Saving::on_click},
        Shown{"code_itself", "", Saving::on_click, std::string(save)},
        Shown{"words_in_strings",
              with_save("b.onclick=function(){", "};") + "t='a.click()';/* a.click() */ // a.click()",
              Saving::on_click},
        Shown{"nothing_is_saved", "document.title='x'", Saving::never}),
    [](const auto& info) { return info.param.name; });

TEST(PageStartProperty, DamagedScriptsEnd) {
    const std::string script =
        with_save("window.onload=()=>{b.onclick=async e=>{if(/[/'\"]/.test(`a${b}`)){", "}}}");
    EXPECT_EQ(saving_of(std::vector<PageScript>{{script}}), Saving::on_click);
    for (std::size_t size = 0; size < script.size(); ++size)
        EXPECT_NE(saving_of(std::vector<PageScript>{{script.substr(0, size)}}), Saving::by_itself) << size;
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
        const std::string damaged = fixtures::mutate(script, seed);
        const std::vector<PageScript> scripts{{damaged}, {damaged, true}};
        EXPECT_EQ(saving_of(scripts), saving_of(scripts));
    }
}
// Each of these would cost the square of its length if something were looked for again and again.
TEST(PageStartProperty, LongScriptsAreNoTrouble) {
    for (const std::string_view piece :
         {"=/[", "(", "/*", "'", "a=>", "{", "function f(){", "`${", "onclick=x;", ",", "\\/"}) {
        std::string script;
        while (script.size() < 300'000)
            script += piece;
        const std::string end = script + "\na.click()";
        EXPECT_EQ(saving_of(std::vector<PageScript>{{end}}), Saving::by_itself) << piece;
    }
}

}  // namespace
}  // namespace sekisho::scanner::active

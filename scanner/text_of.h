// What a person would read of a text part: for password finding, links and lures.
#pragma once

#include <string>

#include "scanner/part.h"

namespace sekisho::scanner {

// UTF-8 text of a text part, by its declared or guessed charset, at most 1 MB. HTML (by type) loses its tags,
// scripts and styles; entities are decoded; where inline tags split a word, the text holds it joined as well.
// Linear; broken markup is text.
std::string text_of(const Part& part);

}  // namespace sekisho::scanner

// The command lines of noisify and add: their own options and the program's flags in any order.
#pragma once

#include <string>
#include <vector>

namespace nanobragg::app {

// Words with two dashes and the word after each, and those before the first flag, are a command's
// own; flags with one dash and what follows them are the program's, and so is what follows "--".
struct MixedWords {
  std::vector<std::string> own, flags;
};
MixedWords split_words(const std::vector<std::string>& words);

// A warning to standard error.
void warn_of_image(const std::string& text);

}  // namespace nanobragg::app

// Tells a command's own options from the program's flags.
#include "image_words.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace nanobragg::app {

MixedWords split_words(const std::vector<std::string>& words) {
  constexpr std::string_view kSwitches[] = {"--help", "--external-files"};
  MixedWords out;
  bool in_flags = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      out.flags.insert(out.flags.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                       words.end());
      break;
    }
    const bool is_own = word.starts_with("--") || word == "-h";
    if (is_own) {
      out.own.push_back(word);
      const bool is_whole =
          word == "-h" || word.find('=') != std::string::npos ||
          std::ranges::find(kSwitches, std::string_view(word)) != std::end(kSwitches);
      if (!is_whole && i + 1 < words.size()) out.own.push_back(words[++i]);
      continue;
    }
    in_flags = in_flags || (word.starts_with('-') && word.size() > 1);
    (in_flags ? out.flags : out.own).push_back(word);
  }
  return out;
}

void warn_of_image(const std::string& text) { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

}  // namespace nanobragg::app

// Looks at what stands outside of texts.
#include "nanobragg/io/files/json_text.hpp"

#include <fmt/format.h>

#include <array>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {

std::string standard_json(std::string_view text, const std::string& name) {
  constexpr std::array<std::string_view, 3> kWords{"NaN", "-Infinity", "Infinity"};
  constexpr int kDeepest = 200;
  std::string out;
  out.reserve(text.size());
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      out += c;
      if (c == '\\' && i + 1 < text.size()) out += text[++i];
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kDeepest) {
      throw Error(fmt::format("JSON that is nested more than {} times", kDeepest), name);
    }
    std::string_view word;
    for (const std::string_view known : kWords) {
      if (word.empty() && text.substr(i).starts_with(known)) word = known;
    }
    if (word.empty()) {
      out += c;
    } else {
      out += fmt::format("\"{}\"", word);
      i += word.size() - 1;
    }
  }
  return out;
}

}  // namespace nanobragg::io

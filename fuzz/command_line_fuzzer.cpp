// Any words, one a line, are read or refused with a UsageError; what is read survives as TOML.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/options/toml.hpp"

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words{""};
  for (const char c : text) {
    if (c == '\n' || c == '\0') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nanobragg;
  const std::string text(reinterpret_cast<const char*>(data), size);
  config::Settings settings;
  try {
    settings = config::parse_arguments(words_of(text)).settings;
  } catch (const UsageError&) {
    return 0;
  }
  // TOML is UTF-8, file names need not be; the flags without a key are not written.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) return 0;
  settings.config_file.reset();
  settings.show_config.reset();
  if (config::parse_toml(config::to_toml(settings), "written.toml") != settings) std::abort();
  return 0;
}

// Reads boxes of pixels line by line.
#include "nanobragg/commands/trace/pixel_boxes.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::commands {

refine::PixelBoxes read_boxes(const std::string& file) {
  const std::string text = io::read_input(file);
  refine::PixelBoxes boxes;
  io::LineReader lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = io::trim(line->text);
    if (rest.empty() || rest.front() == '#') continue;
    std::array<std::size_t, 4> ends{};
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const auto number = io::integer_prefix(rest);
      if (!number || number->value < 0) {
        throw io::expected_numbers("4 pixels", i, rest, io::place(file, line->number));
      }
      ends[i] = static_cast<std::size_t>(number->value);
      rest = io::skip_space(rest.substr(number->length));
    }
    const auto [fast_first, fast_last, slow_first, slow_last] = ends;
    if (fast_last < fast_first || slow_last < slow_first) {
      throw Error("a box that ends before it begins", io::place(file, line->number),
                  "fast first and last, then slow first and last");
    }
    boxes.boxes.push_back({{slow_first, fast_first}, {slow_last, fast_last}});
  }
  if (boxes.boxes.empty()) throw Error("no box in the file", file);
  return boxes;
}

}  // namespace nanobragg::commands

// A trace as a list of typed values: what a program says it computed for one pixel.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/base/image.hpp"

namespace nanobragg::audit {

// Which of several computations of the same key a value belongs to; all count from 0.
struct Occurrence {
  std::size_t evaluation = 0;  // layer and sub-pixel
  std::optional<std::size_t> phi_step;
  std::optional<std::size_t> source;
  friend auto operator<=>(const Occurrence&, const Occurrence&) = default;
};

struct Entry {
  std::string key;              // as chain() names it; an unknown one as it is written
  std::string spelling;         // as it is written
  std::vector<double> numbers;  // empty where the value is text
  std::string words;            // the text, or the labels of labelled numbers
  Occurrence at;
  std::size_t line = 0;  // from 1
  // Of each number, by the digits that are shown; empty: exact.
  std::vector<double> uncertainty = {};
};

struct Document {
  std::string name;     // of the file, for messages
  std::string program;  // "C", "PY", "CPP"
  std::optional<PixelIndex> pixel;
  std::vector<Entry> entries;      // in the order of the text
  std::vector<std::string> notes;  // what was understood otherwise than written

  // The entry of this key and occurrence; null where there is none.
  const Entry* find(std::string_view key, const Occurrence& at = {}) const;
  // The first entry of this key, whichever its occurrence; null where there is none.
  const Entry* first(std::string_view key) const;
};

// Reads a trace out of any text that holds one: lines of TRACE_C, TRACE_PY or TRACE_CPP amid other
// output and in any order, or a JSON trace. `pixel` chooses one where the text holds several. Of
// what is computed once on the way to a pixel, and stands there twice, the last counts. Throws
// Error, with the line, for a text without a known key, a factor of the photons repeated with
// another value, a value that is not a number, traces of two programs, and several pixels of which
// none was chosen.
Document parse_trace(std::string_view text, const std::string& name,
                     std::optional<PixelIndex> pixel = std::nullopt);

// The pixels that a text announces, in its order, each once.
std::vector<PixelIndex> announced_pixels(std::string_view text, const std::string& name);

// A text and the name of its file, for messages.
struct TraceText {
  std::string text;
  std::string name;
};

// Two traces of one pixel. Where none is chosen and one text holds several, it is that of the
// other. Throws Error as parse_trace does.
struct DocumentPair {
  Document a, b;
};
DocumentPair parse_traces(const TraceText& a, const TraceText& b,
                          std::optional<PixelIndex> pixel = std::nullopt);

// "hkl_frac", "k_frac (phi step 3)", "F_cell (evaluation 2)", "F_latt (source 2)".
std::string describe(std::string_view key, const Occurrence& at);

}  // namespace nanobragg::audit

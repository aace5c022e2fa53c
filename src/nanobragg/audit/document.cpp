// Reads traces out of console output.
#include "nanobragg/audit/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "nanobragg/audit/document_builder.hpp"
#include "nanobragg/audit/trace_json.hpp"
#include "nanobragg/audit/trace_line.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

constexpr std::string_view kPixelTag = "tracing pixel (";

// "TRACE_CONFIG: tracing pixel (spixel=685, fpixel=1039)"
std::optional<PixelIndex> announced_pixel(std::string_view line) {
  const std::size_t at = line.find(kPixelTag);
  if (at == std::string_view::npos) return std::nullopt;
  const auto words = split_words(line.substr(at + kPixelTag.size()), " ,()=");
  if (words.size() < 4 || words[0] != "spixel" || words[2] != "fpixel") return std::nullopt;
  const auto slow = trailing_number(words[1]);
  const auto fast = trailing_number(words[3]);
  if (!slow || !fast) return std::nullopt;
  return PixelIndex{*slow, *fast};
}

// "phi_tic=3 phi_deg=0.03 k_frac=… F_latt_b=… F_latt=…"
void add_spindle_step(DocumentBuilder& builder, std::string_view rest, std::size_t line,
                      const std::string& where) {
  WrittenValue written{"phi.", {}, {}, {}, line};
  for (const auto& [key, value] : split_pairs(rest)) {
    if (key != "phi_tic") continue;
    const auto step = trailing_number(value);
    if (!step || value.find_first_not_of("0123456789") != std::string_view::npos) {
      throw Error("phi_tic: '" + std::string(value) + "' is not a number", where);
    }
    written.at.phi_step = *step;
  }
  if (!written.at.phi_step) throw Error("line of a spindle step without phi_tic", where);
  for (const auto& [key, value] : split_pairs(rest)) {
    if (key == "phi_tic") continue;
    written.spelling = key;
    written.value = parse_value(value);
    builder.add(written);
  }
}

void add_line(DocumentBuilder& builder, const TraceLine& tag, std::size_t line,
              const std::string& where) {
  if (tag.section == "PHI") {
    add_spindle_step(builder, tag.rest, line, where);
    return;
  }
  const auto [key, value] = split_key(tag.rest);
  if (key.empty()) return;
  WrittenValue written{{}, key, parse_value(value), {}, line};
  std::string prefix;
  if (tag.section.starts_with("SOURCE")) {
    written.at.source = trailing_number(tag.section).value_or(0);
    prefix = "source.";
  } else if (!tag.section.empty()) {
    prefix = std::string(tag.section) + ".";
  }
  written.prefix = prefix;
  builder.add(written);
}

Document parse_lines(std::string_view text, const std::string& name,
                     std::optional<PixelIndex> wanted) {
  DocumentBuilder builder(name, wanted);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto pixel = announced_pixel(line)) builder.announce_pixel(*pixel, number);
    const auto tag = find_tag(line);
    if (!tag) continue;
    builder.set_program(tag->program, number);
    add_line(builder, *tag, number, fmt::format("{}:{}", name, number));
  }
  return builder.finish();
}

bool is_json(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text[begin] == '{';
}

}  // namespace

const Entry* Document::find(std::string_view key, const Occurrence& at) const {
  const auto found = std::ranges::find_if(
      entries, [&](const Entry& entry) { return entry.key == key && entry.at == at; });
  return found == entries.end() ? nullptr : &*found;
}

const Entry* Document::first(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

std::string describe(std::string_view key, const Occurrence& at) {
  for (const std::string_view prefix : {"phi.", "source."}) {
    if (key.starts_with(prefix)) key.remove_prefix(prefix.size());
  }
  std::string text(key);
  if (at.evaluation > 0) text += fmt::format(" (evaluation {})", at.evaluation);
  if (at.phi_step) text += fmt::format(" (phi step {})", *at.phi_step);
  if (at.source) text += fmt::format(" (source {})", *at.source);
  return text;
}

Document parse_trace(std::string_view text, const std::string& name,
                     std::optional<PixelIndex> pixel) {
  return is_json(text) ? parse_trace_json(text, name, pixel) : parse_lines(text, name, pixel);
}

std::vector<PixelIndex> announced_pixels(std::string_view text, const std::string& name) {
  std::vector<PixelIndex> pixels;
  const auto add = [&](PixelIndex pixel) {
    if (std::ranges::find(pixels, pixel) == pixels.end()) pixels.push_back(pixel);
  };
  if (is_json(text)) {
    for (const PixelIndex pixel : pixels_of_json(text, name)) add(pixel);
    return pixels;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto pixel = announced_pixel(text.substr(0, end))) add(*pixel);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pixels;
}

DocumentPair parse_traces(const TraceText& a, const TraceText& b, std::optional<PixelIndex> pixel) {
  if (!pixel) {
    const auto in_a = announced_pixels(a.text, a.name);
    const auto in_b = announced_pixels(b.text, b.name);
    // Of one pixel alone it is known which of the other's is meant.
    const auto& one = in_a.size() == 1 ? in_a : in_b;
    const auto& several = in_a.size() == 1 ? in_b : in_a;
    const bool is_among = one.size() == 1 && several.size() > 1 &&
                          std::ranges::find(several, one.front()) != several.end();
    if (is_among) pixel = one.front();
  }
  return {parse_trace(a.text, a.name, pixel), parse_trace(b.text, b.name, pixel)};
}

}  // namespace nanobragg::audit

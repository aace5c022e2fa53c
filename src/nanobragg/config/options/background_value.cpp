// Takes the value of -background apart at its colons.
#include "nanobragg/config/options/background_value.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/number.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/io/files/unit_names.hpp"

namespace nanobragg::config {
namespace {

// What stands between the colons.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// The text cut at its colons: what stands before the first length is one name, colons included.
struct Fields {
  std::string name;
  std::vector<std::string> values;  // the length first; empty: there is none
};

Fields fields_of(const std::string& text) {
  const std::vector<std::string> parts = parts_of(text);
  std::size_t length = 1;
  while (length < parts.size() && !parse_length(parts[length])) ++length;
  Fields fields{parts.front(), {}};
  for (std::size_t i = 1; i < length && length < parts.size(); ++i) fields.name += ':' + parts[i];
  for (std::size_t i = length; i < parts.size(); ++i) fields.values.push_back(parts[i]);
  return fields;
}

bool is_file_name(const std::string& name) { return name.find_first_of("./") != std::string::npos; }

double positive_number(const std::string& text, std::string_view what, const std::string& whole) {
  const auto number = parse_number(text);
  if (number && *number > 0.0 && std::isfinite(*number)) return *number;
  throw UsageError(
      fmt::format("-background {}: '{}' is no {} (a number above 0)", whole, text, what));
}

// A word before a file that was measured, and how many numbers may follow.
struct MeasuredWord {
  BackgroundValue::Kind kind;
  std::string_view word;
  std::size_t most;
  std::string_view form;
};
constexpr std::array<MeasuredWord, 2> kMeasuredWords{
    {{BackgroundValue::Kind::profile, "profile:", 1, "profile:FILE[:SCALE]"},
     {BackgroundValue::Kind::image, "image:", 2, "image:FILE[:SCALE[:OFFSET]]"}}};

const MeasuredWord* measured_word(const std::string& text) {
  for (const MeasuredWord& row : kMeasuredWords) {
    if (text.starts_with(row.word)) return &row;
  }
  return nullptr;
}

// The numbers at the end are values; what stands before them is one name, colons included.
Fields measured_fields(const std::string& text, const MeasuredWord& word) {
  std::vector<std::string> parts = parts_of(text.substr(word.word.size()));
  Fields fields;
  while (parts.size() > 1 && fields.values.size() < word.most && parse_number(parts.back())) {
    fields.values.insert(fields.values.begin(), parts.back());
    parts.pop_back();
  }
  fields.name = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) fields.name += ':' + parts[i];
  return fields;
}

BackgroundValue parse_measured(const std::string& text, const MeasuredWord& word) {
  const Fields fields = measured_fields(text, word);
  const std::string& name = fields.name;
  const std::vector<std::string>& values = fields.values;
  if (name.empty()) {
    throw UsageError(fmt::format("-background {} (not {})", text, word.form));
  }
  BackgroundValue out;
  out.kind = word.kind;
  out.name = name;
  const auto finite = [&](std::size_t i) {
    const double number = *parse_number(values[i]);
    if (std::isfinite(number)) return number;
    throw UsageError(fmt::format("-background {}: '{}' is not a finite number", text, values[i]));
  };
  if (!values.empty()) out.scale = finite(0);
  if (values.size() > 1) out.offset = finite(1);
  if (out.scale < 0.0) {
    throw UsageError(fmt::format("-background {}: the scale {:g} is negative", text, out.scale));
  }
  return out;
}

}  // namespace

std::optional<Metre> parse_length(std::string_view text) {
  if (text.find(' ') != std::string_view::npos) return std::nullopt;
  const auto number = io::number_prefix(text);
  if (!number || !(number->value >= 0.0) || !std::isfinite(number->value)) return std::nullopt;
  const auto unit = io::metres_of(text.substr(number->length));
  if (!unit) return std::nullopt;
  return Metre(number->value * *unit);
}

BackgroundValue parse_background(const std::string& text) {
  if (const MeasuredWord* const word = measured_word(text)) return parse_measured(text, *word);
  constexpr std::size_t kMostValues = 3;
  const auto& [name, values] = fields_of(text);
  if (name.empty() || values.empty() || values.size() > kMostValues) {
    throw UsageError(fmt::format("-background {} (not MATERIAL:LENGTH[:DENSITY[:MW]])", text), "",
                     "a length is a number that is not negative with its unit (um, mm, cm or m), "
                     "as in water:50um; what was measured is profile:FILE or image:FILE");
  }
  BackgroundValue out;
  out.kind = name == "stol"       ? BackgroundValue::Kind::table_of_flag
             : is_file_name(name) ? BackgroundValue::Kind::file
                                  : BackgroundValue::Kind::material;
  out.name = name;
  out.thickness = *parse_length(values[0]);
  if (values.size() > 1) out.density_g_cm3 = positive_number(values[1], "density in g/cm³", text);
  if (values.size() > 2) out.molar_mass_g = positive_number(values[2], "molar mass in g/mol", text);
  return out;
}

std::optional<FileInBackground> file_in_background(const std::string& text) {
  if (const MeasuredWord* const word = measured_word(text)) {
    const Fields fields = measured_fields(text, *word);
    if (fields.name.empty()) return std::nullopt;
    return FileInBackground{word->word.size(), fields.name};
  }
  const Fields fields = fields_of(text);
  if (fields.values.empty() || !is_file_name(fields.name)) return std::nullopt;
  return FileInBackground{0, fields.name};
}

}  // namespace nanobragg::config

// Reads a table line by line.
#include "nanobragg/io/lists/scattering_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/text.hpp"

namespace nanobragg::io {
namespace {

double stol_in_argument(TableArgument argument) {
  switch (argument) {
    case TableArgument::stol:
      return 1.0;
    case TableArgument::four_stol:
      return 4.0;
    case TableArgument::q:
      return 4.0 * std::numbers::pi;
  }
  return 1.0;
}

std::array<double, 2> numbers_of(std::string_view text, const std::string& where) {
  std::array<double, 2> numbers{};
  std::string_view rest = skip_space(text);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && rest.starts_with(',')) rest = skip_space(rest.substr(1));
    const auto number = number_prefix(rest);
    if (!number) throw expected_numbers("2", i, rest, where);
    if (!std::isfinite(number->value)) throw Error("a number that is not finite", where);
    numbers.at(i) = number->value;
    rest = skip_space(rest.substr(number->length));
  }
  return numbers;
}

}  // namespace

ScatteringTable parse_scattering_table(std::string_view text, const std::string& name,
                                       TableArgument argument) {
  constexpr std::size_t kLeastRows = 4;
  const double scale = 1.0 / stol_in_argument(argument);
  ScatteringTable table;
  double before = 0.0;
  LineReader lines(text);
  while (const auto line = lines.next()) {
    const std::size_t end = std::min(line->text.find_first_of("#;!"), line->text.size());
    const std::string_view content = trim(line->text.substr(0, end));
    if (content.empty()) continue;
    const std::string where = place(name, line->number);
    const auto [at, amplitude] = numbers_of(content, where);
    if (at < 0.0) throw Error(fmt::format("the argument {:g} is below 0", at), where);
    if (!table.stol_per_A.empty() && !(at > before)) {
      throw Error(fmt::format("{:g} after {:g} (the first column must rise)", at, before), where,
                  "sort the table by its first column, and leave one row of those that are equal");
    }
    table.stol_per_A.push_back(at * scale);
    table.amplitude_e.push_back(amplitude);
    before = at;
  }
  if (table.stol_per_A.size() < kLeastRows) {
    throw Error(
        fmt::format("a table of {} rows (a cubic needs {})", table.stol_per_A.size(), kLeastRows),
        name);
  }
  return table;
}

ScatteringTable read_scattering_table(const std::filesystem::path& path, TableArgument argument) {
  return parse_scattering_table(read_input(path), path.string(), argument);
}

}  // namespace nanobragg::io

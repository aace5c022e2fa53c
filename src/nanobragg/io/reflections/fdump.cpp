// Reads and writes the cache row by row, adding or skipping the padding.
#include "nanobragg/io/reflections/fdump.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/files/text.hpp"
#include "nanobragg/model/limits.hpp"

namespace nanobragg::io {
namespace {

struct Heading {
  MillerBox box;
  std::size_t length = 0;  // bytes before the table
};

Heading parse_heading(std::string_view bytes, const std::string& name) {
  std::array<std::int32_t, 6> limits{};
  std::string_view rest = bytes;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    rest = skip_space(rest);
    const auto number = integer_prefix(rest);
    if (!number || !std::in_range<std::int32_t>(number->value)) {
      throw Error(fmt::format("damaged first line (expected 6 limits of h, k, l, found {})", i),
                  name);
    }
    limits[i] = static_cast<std::int32_t>(number->value);
    rest.remove_prefix(number->length);
  }
  if (!rest.starts_with("\n\f")) {
    throw Error("damaged first line (no line feed and form feed after 6 limits of h, k, l)", name);
  }
  const auto& [h_min, h_max, k_min, k_max, l_min, l_max] = limits;
  if (h_min > h_max || k_min > k_max || l_min > l_max) {
    throw Error(fmt::format("damaged first line (a minimum exceeds its maximum in h {} to {}, k {} "
                            "to {}, l {} to {})",
                            h_min, h_max, k_min, k_max, l_min, l_max),
                name);
  }
  const std::size_t length = bytes.size() - rest.size() + 2;
  return {{{h_min, k_min, l_min}, {h_max, k_max, l_max}}, length};
}

std::size_t padded_table_bytes(const MillerBox& box) {
  return (box.size_h() + 1) * (box.size_k() + 1) * (box.size_l() + 1) * sizeof(double);
}

std::vector<double> copy_table(std::string_view padded, const MillerBox& box) {
  const std::size_t row_bytes = box.size_l() * sizeof(double);
  const std::size_t padded_row_bytes = row_bytes + sizeof(double);
  std::vector<double> table(box.size_h() * box.size_k() * box.size_l());
  double* row = table.data();
  for (std::size_t h = 0; h < box.size_h(); ++h) {
    for (std::size_t k = 0; k < box.size_k(); ++k) {
      const std::size_t offset = (h * (box.size_k() + 1) + k) * padded_row_bytes;
      std::memcpy(row, padded.data() + offset, row_bytes);
      row += box.size_l();
    }
  }
  return table;
}

// No amplitude of a crystal comes near these limits; the bytes of one in the wrong order usually do
// not even come near them from the other side.
bool is_possible_amplitude(double amplitude) {
  constexpr double kLargest = limits::kLargestAmplitude;
  constexpr double kSmallest = 1e-100;
  const double size = std::fabs(amplitude);
  return size == 0.0 || (size >= kSmallest && size <= kLargest);
}

double with_other_byte_order(double value) {
  std::array<unsigned char, sizeof(double)> bytes{};
  std::memcpy(bytes.data(), &value, sizeof(double));
  std::reverse(bytes.begin(), bytes.end());
  std::memcpy(&value, bytes.data(), sizeof(double));
  return value;
}

void check_amplitudes(std::span<const double> table, const std::string& name) {
  const auto bad = std::find_if_not(table.begin(), table.end(), is_possible_amplitude);
  if (bad == table.end()) return;
  const bool makes_sense_swapped = std::all_of(table.begin(), table.end(), [](double value) {
    return is_possible_amplitude(with_other_byte_order(value));
  });
  if (makes_sense_swapped) {
    throw Error("not readable here (written on a machine of the other byte order)", name,
                "make it again from the HKL file");
  }
  throw Error(fmt::format("damaged table (value {} is {}, which is not an amplitude)",
                          bad - table.begin() + 1, *bad),
              name, "make it again from the HKL file");
}

}  // namespace

StructureFactors parse_fdump(std::string_view bytes, const std::string& name,
                             double default_amplitude) {
  const Heading heading = parse_heading(bytes, name);
  // First: a table that fits in memory has a size that fits in an integer.
  check_fits_in_memory(heading.box);
  const std::size_t expected = heading.length + padded_table_bytes(heading.box);
  if (bytes.size() != expected) {
    throw Error(
        fmt::format("{} table (expected {} bytes, found {})",
                    bytes.size() < expected ? "truncated" : "overlong", expected, bytes.size()),
        name, "make it again from the HKL file");
  }
  std::vector<double> table = copy_table(bytes.substr(heading.length), heading.box);
  check_amplitudes(table, name);
  return StructureFactors::from_table(heading.box, std::move(table), default_amplitude);
}

StructureFactors read_fdump(const std::filesystem::path& path, double default_amplitude) {
  return parse_fdump(read_input(path), path.string(), default_amplitude);
}

void write_fdump(const std::filesystem::path& path, const StructureFactors& factors) {
  NANOBRAGG_EXPECTS(factors.has_table());
  const MillerBox& box = factors.box();
  AtomicFile file(path);
  file.write(fmt::format("{} {} {} {} {} {}\n\f", box.min.h, box.max.h, box.min.k, box.max.k,
                         box.min.l, box.max.l));
  const std::vector<double> padding(box.size_l() + 1, 0.0);
  const auto padding_row = std::as_bytes(std::span(padding));
  std::span<const double> rest = factors.table();
  for (std::size_t h = 0; h < box.size_h(); ++h) {
    for (std::size_t k = 0; k < box.size_k(); ++k) {
      file.write(std::as_bytes(rest.first(box.size_l())));
      file.write(padding_row.first(sizeof(double)));
      rest = rest.subspan(box.size_l());
    }
    file.write(padding_row);
  }
  for (std::size_t k = 0; k <= box.size_k(); ++k) file.write(padding_row);
  file.commit();
}

}  // namespace nanobragg::io

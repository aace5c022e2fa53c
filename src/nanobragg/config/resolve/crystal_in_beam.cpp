// The volume that crystal and beam share, over that of a block.
#include "nanobragg/config/resolve/crystal_in_beam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/background_value.hpp"

namespace nanobragg::config {
namespace {

UsageError not_a_size(const std::string& text) {
  return UsageError(fmt::format("-crystal_size {} (not LENGTH or LENGTH,LENGTH,LENGTH)", text), "",
                    "a length is a number above 0 with its unit (um, mm, cm or m), as in 50um");
}

Metre edge_of(const std::string& part, const std::string& whole) {
  const auto length = parse_length(part);
  if (!length || !(length->value() > 0.0)) throw not_a_size(whole);
  return *length;
}

}  // namespace

std::optional<CrystalEdges> crystal_edges(const Settings& settings) {
  if (!settings.crystal_size) return std::nullopt;
  if (settings.size_x_mm.value_or(0.0) > 0.0 || settings.size_y_mm.value_or(0.0) > 0.0 ||
      settings.size_z_mm.value_or(0.0) > 0.0) {
    throw UsageError(
        "-crystal_size with -xtalsize or another width (which makes one block of the "
        "whole crystal)",
        "", "give the block as -N, -Na, -Nb and -Nc cells");
  }
  const std::string& text = *settings.crystal_size;
  const std::size_t first = text.find(',');
  if (first == std::string::npos) {
    const Metre edge = edge_of(text, text);
    return CrystalEdges{edge, edge, edge};
  }
  const std::size_t second = text.find(',', first + 1);
  if (second == std::string::npos) throw not_a_size(text);
  return CrystalEdges{edge_of(text.substr(0, first), text),
                      edge_of(text.substr(first + 1, second - first - 1), text),
                      edge_of(text.substr(second + 1), text)};
}

double blocks_in_beam(const CrystalEdges& crystal, Metre beam_size, double block_m3) {
  const double volume = crystal.along.value() * std::min(crystal.width, beam_size).value() *
                        std::min(crystal.height, beam_size).value();
  const double blocks = volume / block_m3;
  if (blocks >= 1.0) return blocks;
  throw UsageError(fmt::format("the beam meets {:.3g} µm³ of the crystal, and a block of -N cells "
                               "has {:.3g} µm³ (it would be less than one block)",
                               1e18 * volume, 1e18 * block_m3),
                   "", "give a larger -crystal_size or -beamsize, or fewer cells");
}

}  // namespace nanobragg::config

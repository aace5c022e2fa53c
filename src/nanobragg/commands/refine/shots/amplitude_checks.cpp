// Compares cells and groups.
#include "nanobragg/commands/refine/shots/amplitude_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "nanobragg/base/constants.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/symmetry.hpp"

namespace nanobragg::commands {
namespace {

// Å and degrees.
std::array<double, 6> numbers_of(const CellParameters<double>& cell) {
  constexpr double deg = constants::kDegreesPerRadian;
  return {cell.a, cell.b, cell.c, deg * cell.alpha, deg * cell.beta, deg * cell.gamma};
}

std::string text_of(const CellParameters<double>& cell) {
  const auto [a, b, c, alpha, beta, gamma] = numbers_of(cell);
  return fmt::format("{:.5g} {:.5g} {:.5g} {:.4g} {:.4g} {:.4g}", a, b, c, alpha, beta, gamma);
}

bool are_alike(const CellParameters<double>& one, const CellParameters<double>& other) {
  constexpr double kEdge = 0.03, kAngle_deg = 3.0;
  const auto a = numbers_of(one), b = numbers_of(other);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::abs(a[i] - b[i]) > (i < 3 ? kEdge * a[i] : kAngle_deg)) return false;
  }
  return true;
}

// Whether each rotation of one group is one of the other.
bool is_part(std::span<const SymmetryOperation> one, std::span<const SymmetryOperation> other) {
  return std::ranges::all_of(one, [&](const SymmetryOperation& operation) {
    return std::ranges::any_of(other, [&](const SymmetryOperation& candidate) {
      return candidate.rotation == operation.rotation;
    });
  });
}

}  // namespace

void check_amplitudes(const config::Settings& settings, const config::AmplitudeFile& amplitudes,
                      const ListedCrystal& crystal,
                      const std::function<void(const std::string&)>& warn) {
  const config::AmplitudeCrystal own = config::amplitude_crystal(settings, amplitudes);
  const auto& group = crystal.about->group;
  if (own.cell && !are_alike(*own.cell, crystal.cell)) {
    throw Error(fmt::format("amplitudes of another cell ({}) than that of {} ({})",
                            text_of(*own.cell), crystal.name, text_of(crystal.cell)),
                own.file, "are they of this crystal, and in its setting of axes?");
  }
  if (const auto text = config::symmetry_warning(settings, amplitudes, crystal.cell)) {
    throw Error(fmt::format("{} ({})", *text, crystal.name));
  }
  if (!own.group || !group || group->operations.size() == 1) return;
  const std::string of_amplitudes = io::name_of_group(own.group->operations);
  const std::string of_crystals = io::name_of_group(group->operations);
  if (of_amplitudes == of_crystals) return;
  const bool are_nested = is_part(own.group->operations, group->operations) ||
                          is_part(group->operations, own.group->operations);
  const std::string both = fmt::format("amplitudes of the space group {}, and crystals in {}",
                                       own.group->name, group->name);
  if (!are_nested) {
    throw Error(fmt::format("{} ({})", both, crystal.name), own.file,
                "--space-group names another one of the crystals");
  }
  warn(
      fmt::format("{}: {}: merged reflections have the symmetry of the crystals "
                  "(--space-group names another)",
                  own.file, both));
}

}  // namespace nanobragg::commands

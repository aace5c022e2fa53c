// Reads variations and draws numbers.
#include "nanobragg/commands/series/variations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "nanobragg/base/error.hpp"
#include "nanobragg/geometry/rotation.hpp"
#include "nanobragg/plan/variables.hpp"
#include "nanobragg/random/uniform_rotation.hpp"

namespace nanobragg::commands {
namespace {

using plan::ParameterId;

void check_has(const Experiment& experiment, ParameterId id, double value,
               const Distribution& distribution) {
  const std::string name = plan::name_of(id);
  const auto has = plan::parameters_of(experiment);
  if (!plan::motion_in(id) && std::ranges::find(has, id) == has.end()) {
    throw UsageError(fmt::format("--vary {} ({})", name, plan::why_without_effect(id, experiment)));
  }
  if (id >= ParameterId::wavelength && id <= ParameterId::vertical_divergence) {
    const std::string why = plan::why_without_effect(id, experiment);
    if (!why.empty()) throw UsageError(fmt::format("--vary {} ({})", name, why));
  }
  if (distribution.kind != Distribution::Kind::factor || value != 0.0) return;
  throw UsageError(fmt::format("--vary {} by a factor (the experiment has 0)", name), "",
                   "give offset:, range: or list:, or set it");
}

std::optional<std::size_t> count_in(std::string_view text) {
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::size_t kMost = 100;
  if (code != std::errc() || end != text.data() + text.size() || value == 0 || value > kMost) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::vector<Variation> parse_variations(std::span<const std::string> words,
                                        const Experiment& experiment) {
  std::vector<std::string> names;
  std::vector<Variation> out;
  const plan::ParameterValues<double> values = plan::values_of(experiment);
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(fmt::format("--vary needs PARAMETER=DIST, found '{}'", word), "",
                       "as --vary distance=offset:0.5");
    }
    names.push_back(word.substr(0, equals));
    const Distribution distribution =
        parse_distribution(std::string_view(word).substr(equals + 1), "--vary " + names.back());
    const std::array one{names.back()};
    for (const ParameterId id : plan::find_parameters(one, experiment.detector.panels.size())) {
      check_has(experiment, id, values[id], distribution);
      out.push_back({id, distribution});
    }
  }
  // Each at most once.
  plan::find_parameters(names, experiment.detector.panels.size());
  return out;
}

Experiment varied(const Experiment& experiment, std::span<const Variation> variations,
                  std::uint64_t seed, std::size_t number) {
  if (variations.empty()) return experiment;
  plan::ParameterValues<double> values = plan::values_of(experiment);
  for (const auto& [id, distribution] : variations) {
    const double unit = plan::per_internal(id);
    NumberedDeviates deviates(bits_at(seed, static_cast<std::uint64_t>(id)), number);
    values[id] = draw(distribution, values[id] * unit, deviates) / unit;
  }
  try {
    return plan::with_values(experiment, values);
  } catch (const Error& error) {
    throw Error(error.problem(), fmt::format("image {}", number + 1),
                "a narrower distribution of --vary");
  }
}

std::string warning_of(std::span<const Variation> variations) {
  const auto moves = [](const Variation& v) {
    return plan::motion_in(v.parameter) ||
           (v.parameter >= ParameterId::distance && v.parameter <= ParameterId::pixel_size);
  };
  if (std::ranges::none_of(variations, moves)) return "";
  return "the detector differs from image to image: one file of all (NXmx) and .geom have that of "
         "the first image; .expt, labels and headers of numbered images have each";
}

LatticeCounts parse_lattice_counts(const std::string& text) {
  const std::size_t dash = text.find('-');
  const auto first = count_in(std::string_view(text).substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : count_in(std::string_view(text).substr(dash + 1));
  if (first && last && *first <= *last) return {*first, *last};
  throw UsageError(fmt::format("--lattices needs a number or a range, found '{}'", text), "",
                   "as 3 or 1-4, at most 100");
}

std::vector<LatticePart> random_lattices(const LatticeCounts& counts, std::uint64_t seed,
                                         std::size_t number) {
  NumberedDeviates deviates(seed, number);
  const auto& [first, last] = counts;
  const std::size_t count = first + deviates.next_bits() % (last - first + 1);
  std::vector<LatticePart> parts(1);
  while (parts.size() < count) {
    parts.push_back({xyz_angles_rad(uniform_rotation(deviates)), 1.0});
  }
  return parts;
}

}  // namespace nanobragg::commands

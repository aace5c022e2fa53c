// The amplitudes of an experiment as a list of unique reflections, to be written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "nanobragg/model/experiment.hpp"
#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/symmetry.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

struct AmplitudeUncertainty {
  MillerIndex index;
  double standard = 0.0;         // electrons
  std::size_t observations = 0;  // that it was merged from; 0: nothing is known of them
};

// Which amplitudes of a table are listed.
enum class Listed : std::uint8_t {
  all,              // that are known, and their mates
  with_uncertainty  // those alone
};

// What a list of reflections is written from.
struct AmplitudeData {
  std::shared_ptr<const StructureFactors> factors;
  CellParameters<double> cell{};
  double wavelength_A = 0.0;
  std::vector<AmplitudeUncertainty> uncertainties{};  // of those that are known
  Listed listed = Listed::all;
};
AmplitudeData amplitudes_of(const Experiment& experiment);

struct ListedAmplitude {
  double value = 0.0;              // electrons
  std::optional<double> standard;  // its uncertainty
  std::size_t observations = 0;
};
struct ListedReflection {
  MillerIndex index;
  std::optional<ListedAmplitude> plus, minus;  // at the index; at −index, where mates are apart
};

// With mates apart a reflection has both columns, else one.
struct ReflectionList {
  AmplitudeSymmetry symmetry;
  std::vector<ListedReflection> reflections;  // by h, then k, then l
};

// The reflections that a source listed or that have another amplitude than the default, in CCP4's
// asymmetric unit where the group has a symbol; absent ones are left out unless the table's edge is
// known by them alone. Equivalents that differ by rounding, as those of a model do, have one
// amplitude. A reader that expands the list has the same table; without symmetry, one with the
// default amplitude at mates that stood outside it. A table without symmetry is a list in
// P1, whose mates are equal where the table holds both of every pair and they are the same. `data`
// has a table.
ReflectionList reflection_list(const AmplitudeData& data);

}  // namespace nanobragg::io

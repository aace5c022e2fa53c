// Takes each reflection once, by the index of the asymmetric unit.
#include "nanobragg/io/reflections/reflection_list.hpp"

#include <algorithm>
#include <cstdlib>
#include <gemmi/symmetry.hpp>
#include <map>
#include <unordered_map>
#include <utility>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/equivalents.hpp"
#include "nanobragg/model/lattice.hpp"

namespace nanobragg::io {
namespace {

// CCP4's asymmetric unit of a group, by its symbol.
class AsymmetricUnit {
 public:
  explicit AsymmetricUnit(const SpaceGroup& group)
      : rotations_(distinct_rotations(group.operations)) {
    const auto symbol = symbol_of_group(group.operations);
    const gemmi::SpaceGroup* const found =
        symbol ? gemmi::find_spacegroup_by_name(*symbol) : nullptr;
    if (found != nullptr) unit_.emplace(found);
  }

  // The image in the unit of the index, or else of its mate; the index itself where there is none.
  MillerIndex index_of(const MillerIndex& index) const {
    for (const MillerIndex& of : {index, mate_of(index)}) {
      for (const SymmetryOperation& rotation : rotations_) {
        const MillerIndex image = image_of(of, rotation);
        if (unit_ && unit_->is_in({image.h, image.k, image.l})) return image;
      }
    }
    return index;
  }

 private:
  std::vector<SymmetryOperation> rotations_;
  std::optional<gemmi::ReciprocalAsu> unit_;
};

AmplitudeSymmetry without_symmetry(const StructureFactors& factors) {
  const MillerBox& box = factors.box();
  AmplitudeSymmetry p1{{"P 1", find_space_group("P 1", std::nullopt).value()}, FriedelMates::equal};
  for (std::size_t i = 0; i < factors.table().size(); ++i) {
    const MillerIndex mate = mate_of(box.index_at(i));
    if (box.contains(mate) && factors.in_table(mate) == factors.table()[i]) continue;
    p1.mates = FriedelMates::apart;
    break;
  }
  return p1;
}

class Lister {
 public:
  explicit Lister(const AmplitudeData& data)
      : factors_(*data.factors),
        equivalents_(factors_.equivalents().get()),
        symmetry_(equivalents_ ? equivalents_->symmetry() : without_symmetry(factors_)),
        unit_(symmetry_.group),
        listed_(data.listed) {
    // Of mates that differ by the rounding of a grid, one is taken for all.
    if (equivalents_) {
      value_.assign(equivalents_->size(), std::nullopt);
      for (std::size_t i = 0; i < factors_.table().size(); ++i) {
        std::optional<double>& value = value_[equivalents_->reflection_at(i)];
        if (!value) value = factors_.table()[i];
      }
    }
    for (const AmplitudeUncertainty& known : data.uncertainties) {
      known_.emplace(factors_.reflection_at(factors_.position(known.index)), known);
    }
  }

  ReflectionList list() && {
    for (std::size_t i = 0; i < factors_.table().size(); ++i) {
      if (is_listed(i)) add(factors_.box().index_at(i));
    }
    if (equivalents_ && !reach_the_box()) add_absences();
    ReflectionList out{std::move(symmetry_), {}};
    for (auto& [index, row] : rows_) out.reflections.push_back(std::move(row));
    return out;
  }

 private:
  bool is_listed(std::size_t position) const {
    if (!equivalents_) return true;
    const bool known = equivalents_->is_listed(equivalents_->reflection_at(position)) ||
                       factors_.table()[position] != factors_.default_amplitude();
    return known && !is_absence(factors_.box().index_at(position));
  }

  bool is_absence(const MillerIndex& index) const {
    return is_absent(index, symmetry_.group.operations);
  }

  // Whether the images of the rows need all of the box, which has the origin in its middle.
  bool reach_the_box() const {
    MillerIndex largest;
    for (const auto& [index, row] : rows_) {
      for (const SymmetryOperation& operation : symmetry_.group.operations) {
        const MillerIndex image = image_of(index, operation);
        largest = {std::max(largest.h, std::abs(image.h)), std::max(largest.k, std::abs(image.k)),
                   std::max(largest.l, std::abs(image.l))};
      }
    }
    return largest == factors_.box().max;
  }

  // Without them the table that is read would be smaller, and what is absent at its edge would have
  // the default amplitude. They stay away from an edge that no reflection of the source made.
  void add_absences() {
    const auto without = rows_;
    for (std::size_t i = 0; i < factors_.table().size(); ++i) {
      const MillerIndex index = factors_.box().index_at(i);
      if (is_absence(index) && !equivalents_->reaches_outside(index)) add(index);
    }
    if (!reach_the_box()) rows_ = without;
  }

  // Whether all equivalents of an index show one reflection, as they do where the source does not
  // contradict its symmetry.
  bool obeys_symmetry(const MillerIndex& index) const {
    const auto shows_it = [&](const MillerIndex& image) {
      const MillerBox& box = factors_.box();
      return !box.contains(image) || factors_.reflection_at(box.position(image)) ==
                                         factors_.reflection_at(box.position(index));
    };
    return !equivalents_ ||
           std::ranges::all_of(symmetry_.group.operations, [&](const SymmetryOperation& operation) {
             const MillerIndex image = image_of(index, operation);
             return shows_it(image) &&
                    (symmetry_.mates == FriedelMates::apart || shows_it(mate_of(image)));
           });
  }

  // By the index in the unit; where the symmetry is contradicted, by its own.
  void add(const MillerIndex& index) {
    const MillerIndex at = obeys_symmetry(index) ? unit_.index_of(index) : index;
    ListedReflection& row = rows_[at];
    if (row.plus) return;
    row.index = at;
    row.plus = listed_at(at);
    if (symmetry_.mates == FriedelMates::apart) row.minus = listed_at(mate_of(at));
    if (!row.plus && !row.minus) rows_.erase(at);
  }

  std::optional<ListedAmplitude> listed_at(const MillerIndex& index) const {
    const ListedAmplitude amplitude = amplitude_at(index);
    const bool is_left_out = listed_ == Listed::with_uncertainty && !amplitude.standard;
    return is_left_out ? std::nullopt : std::optional(amplitude);
  }

  ListedAmplitude amplitude_at(const MillerIndex& index) const {
    ListedAmplitude out{factors_.at(index), std::nullopt, 0};
    if (!factors_.box().contains(index)) return out;
    const std::size_t reflection = factors_.reflection_at(factors_.position(index));
    if (equivalents_) out.value = *value_[reflection];
    const auto known = known_.find(reflection);
    if (known == known_.end()) return out;
    out.standard = known->second.standard;
    out.observations = known->second.observations;
    return out;
  }

  const StructureFactors& factors_;
  const Equivalents* equivalents_;
  AmplitudeSymmetry symmetry_;
  AsymmetricUnit unit_;
  std::vector<std::optional<double>> value_;  // of each unique reflection, where there are mates
  std::unordered_map<std::size_t, AmplitudeUncertainty> known_;  // by unique reflection
  Listed listed_;
  std::map<MillerIndex, ListedReflection> rows_;
};

}  // namespace

AmplitudeData amplitudes_of(const Experiment& experiment) {
  constexpr double kAngstrom = 1e10;
  return {.factors = experiment.structure_factors,
          .cell = cell_of(lattice_of(*experiment.crystal)),
          .wavelength_A = experiment.beam->wavelength.value() * kAngstrom};
}

ReflectionList reflection_list(const AmplitudeData& data) {
  NANOBRAGG_EXPECTS(data.factors->has_table());
  return Lister(data).list();
}

}  // namespace nanobragg::io

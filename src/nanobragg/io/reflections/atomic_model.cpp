// Electron density of a model on a grid, and its Fourier transform, by gemmi.
#include "nanobragg/io/reflections/atomic_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gemmi/dencalc.hpp>
#include <gemmi/fourier.hpp>
#include <gemmi/fprime.hpp>
#include <gemmi/it92.hpp>
#include <gemmi/solmask.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/geometry/cell_in_degrees.hpp"
#include "nanobragg/io/reflections/model_structure.hpp"
#include "nanobragg/io/reflections/space_group.hpp"
#include "nanobragg/model/equivalents.hpp"

namespace nanobragg::io {
namespace {

using Calculator = gemmi::DensityCalculator<gemmi::IT92<double>, float>;
using Spectrum = gemmi::FPhiGrid<float>;

template <class F>
void for_each_atom(const gemmi::Model& model, const F& f) {
  for (const gemmi::Chain& chain : model.chains) {
    for (const gemmi::Residue& residue : chain.residues) {
      for (const gemmi::Atom& atom : residue.atoms) f(atom);
    }
  }
}

// The resolution of the grid: of a small cell finer than the reflections need, for atoms and their
// surroundings must not reach farther than half the cell, and the blur grows with the spacing.
double finest(const gemmi::Structure& structure, double dmin) {
  const gemmi::UnitCell& cell = structure.cell;
  const double thinnest = 1.0 / std::max({cell.ar, cell.br, cell.cr});
  return std::min(dmin, thinnest / 4.0);
}

// A grid three times finer than dmin, as gemmi's own programs take it.
Calculator calculator_for(const gemmi::Structure& structure, double dmin) {
  Calculator calculator;
  calculator.d_min = dmin;
  calculator.set_grid_cell_and_spacegroup(structure);
  calculator.set_refmac_compatible_blur(structure.models[0]);
  return calculator;
}

// The transform of the density with f₀ + f′: it obeys Friedel's law.
Spectrum normal_part(const gemmi::Structure& structure, const ModelRange& range) {
  Calculator calculator = calculator_for(structure, finest(structure, range.dmin_A));
  // e/Å³ that are left out beyond some radius: the usual 1e-5 would cost strong reflections 6e-5.
  calculator.cutoff = 1e-6F;
  gemmi::add_cl_fprime_for_all_elements(&calculator.addends.values[1], range.energy_eV);
  calculator.put_model_density_on_grid(structure.models[0]);
  return gemmi::transform_map_to_f_phi(calculator.grid, true);
}

// The transform of the density with f″ alone; F is the normal part plus i times this.
Spectrum anomalous_part(const gemmi::Structure& structure, const ModelRange& range) {
  Calculator calculator = calculator_for(structure, finest(structure, range.dmin_A));
  // Far below the smallest addend that counts, for f″ is small itself.
  calculator.cutoff = 1e-12F;
  constexpr double kSmallest = 1e-7;
  calculator.initialize_grid();
  for_each_atom(structure.models[0], [&](const gemmi::Atom& atom) {
    double f_double_prime = 0.0;
    gemmi::cromer_liberman(atom.element.atomic_number(), range.energy_eV, &f_double_prime);
    if (std::abs(f_double_prime) < kSmallest) return;
    calculator.add_c_contribution_to_grid(atom, static_cast<float>(f_double_prime));
  });
  calculator.grid.symmetrize_sum();
  return gemmi::transform_map_to_f_phi(calculator.grid, true);
}

// The transform of the space between the molecules, 1 where solvent is.
Spectrum solvent_part(const gemmi::Structure& structure, double dmin) {
  gemmi::Grid<float> mask;
  mask.unit_cell = structure.cell;
  mask.spacegroup = structure.find_spacegroup();
  mask.set_size_from_spacing(dmin / 3.0, true);
  const gemmi::SolventMasker masker(gemmi::AtomicRadiiSet::Refmac);
  masker.put_mask_on_grid(mask, structure.models[0]);
  return gemmi::transform_map_to_f_phi(mask, true);
}

}  // namespace

struct AtomicModel::Contents {
  std::string file;
  gemmi::Structure structure;
  CellParameters<double> cell{};
  std::string space_group;
  std::vector<SymmetryOperation> operations;
  std::size_t atoms = 0;
  std::size_t models = 1;
  std::vector<std::string> warnings;
  std::vector<double> wavelengths_A;

  // The amplitudes of indices within the resolution, with the symmetry that the model has.
  template <class Within, class Amplitude>
  StructureFactors table_of(const MillerBox& box, const Within& is_within,
                            const Amplitude& amplitude, double default_amplitude) const {
    std::vector<double> table(box.size(), default_amplitude);
    // What the model says of a reflection: nothing beyond the resolution, and of absent ones 0
    // without it. The grid's rounding makes equivalents differ in their last digits, which says
    // nothing.
    std::vector<double> known(box.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < table.size(); ++i) {
      const MillerIndex index = box.index_at(i);
      if (!is_within(index)) continue;
      table[i] = amplitude(index);
      if (!is_absent(index, operations)) known[i] = 1.0;
    }
    return StructureFactors::from_table(
        box, std::move(table), default_amplitude,
        std::make_shared<const Equivalents>(
            box, AmplitudeSymmetry{{space_group, operations}, FriedelMates::apart}, known));
  }
};

AtomicModel::AtomicModel(std::shared_ptr<const Contents> contents)
    : contents_(std::move(contents)) {}

const CellParameters<double>& AtomicModel::cell() const { return contents_->cell; }
const std::string& AtomicModel::space_group() const { return contents_->space_group; }
std::size_t AtomicModel::atoms() const { return contents_->atoms; }
std::size_t AtomicModel::models() const { return contents_->models; }
const std::vector<std::string>& AtomicModel::warnings() const { return contents_->warnings; }
std::span<const double> AtomicModel::wavelengths_A() const { return contents_->wavelengths_A; }

AtomicModel AtomicModel::parse(std::string_view bytes, const std::string& name,
                               UnknownElements unknown) {
  auto contents = std::make_shared<Contents>();
  contents->file = name;
  try {
    ModelStructure read = read_model_structure(bytes, name, unknown);
    contents->structure = std::move(*read.structure);
    contents->models = read.models;
    contents->warnings = std::move(read.warnings);
    contents->wavelengths_A = std::move(read.wavelengths_A);
    gemmi::Structure& structure = contents->structure;
    for_each_atom(structure.models[0], [&](const gemmi::Atom&) { ++contents->atoms; });
    const gemmi::UnitCell& cell = structure.cell;
    contents->cell = cell_in_degrees(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
    check(contents->cell);
    contents->space_group = structure.spacegroup_hm;
    const auto operations = find_space_group(structure.spacegroup_hm, contents->cell);
    if (!operations) throw Error("unknown space group '" + structure.spacegroup_hm + "'", name);
    contents->operations = *operations;
    structure.setup_cell_images();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(std::string("cannot be read as coordinates (") + error.what() + ")", name);
  }
  return AtomicModel(std::move(contents));
}

StructureFactors AtomicModel::amplitudes(const ModelRange& range, const BulkSolvent& solvent,
                                         double default_amplitude) const {
  const gemmi::Structure& structure = contents_->structure;
  const double dmin = range.dmin_A;
  // Two grids of floats and two half-grids of complex ones at once, a point every third of the
  // resolution.
  const double fine = finest(structure, dmin);
  const double points = 27.0 * volume(contents_->cell) / (fine * fine * fine);
  check_fits_in_memory(20.0 * points, "the electron density of " + contents_->file,
                       "give a larger -dmin");
  const auto largest = [&](double edge) { return static_cast<std::int32_t>(edge / dmin); };
  const MillerIndex corner{largest(contents_->cell.a), largest(contents_->cell.b),
                           largest(contents_->cell.c)};
  const MillerBox box{{-corner.h, -corner.k, -corner.l}, corner};
  check_fits_in_memory(box);

  const Calculator blurred = calculator_for(structure, fine);
  const bool has_solvent = solvent.density > 0.0;
  Spectrum normal, anomalous, mask;
  try {
    normal = normal_part(structure, range);
    anomalous = anomalous_part(structure, range);
    if (has_solvent) mask = solvent_part(structure, fine);
  } catch (const std::exception& error) {
    throw Error(fmt::format("no structure factors of this model ({})", error.what()),
                contents_->file, "-hkl takes those of another program");
  }
  const auto is_within = [&](const MillerIndex& i) {
    return structure.cell.calculate_1_d2({i.h, i.k, i.l}) * dmin * dmin <= 1.0;
  };
  const auto amplitude = [&](const MillerIndex& i) {
    const gemmi::Miller hkl{i.h, i.k, i.l};
    const double inverse_d2 = structure.cell.calculate_1_d2(hkl);
    const bool left_out = i == MillerIndex{} && range.forward == ForwardScattering::left_out;
    if (left_out || is_absent(i, contents_->operations)) return 0.0;
    const std::complex<double> of_atoms =
        std::complex<double>(normal.get_value_by_hkl(hkl)) +
        std::complex<double>(0.0, 1.0) * std::complex<double>(anomalous.get_value_by_hkl(hkl));
    std::complex<double> sum = of_atoms * blurred.reciprocal_space_multiplier(inverse_d2);
    if (has_solvent) {
      sum += solvent.density * std::exp(-solvent.b_factor * inverse_d2 / 4.0) *
             std::complex<double>(mask.get_value_by_hkl(hkl));
    }
    return std::abs(sum);
  };
  return contents_->table_of(box, is_within, amplitude, default_amplitude);
}

}  // namespace nanobragg::io

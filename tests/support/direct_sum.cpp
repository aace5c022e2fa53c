// gemmi's direct summation, with i f″ added to it.
#include "support/direct_sum.hpp"

#include <gemmi/cif.hpp>
#include <gemmi/fprime.hpp>
#include <gemmi/it92.hpp>
#include <gemmi/mmcif.hpp>
#include <gemmi/pdb.hpp>
#include <gemmi/sfcalc.hpp>

namespace nanobragg::test {

struct DirectSum::Contents {
  gemmi::Structure structure;
  double energy_eV = 0.0;
};

DirectSum::DirectSum(const std::string& text, double energy_eV)
    : contents_(std::make_unique<Contents>()) {
  contents_->energy_eV = energy_eV;
  contents_->structure =
      text.starts_with("data_")
          ? gemmi::make_structure(gemmi::cif::read_memory(text.data(), text.size(), "test"))
          : gemmi::read_pdb_from_memory(text.data(), text.size(), "test");
  contents_->structure.setup_cell_images();
}

DirectSum::~DirectSum() = default;

double DirectSum::amplitude(const MillerIndex& index) const {
  const gemmi::Structure& structure = contents_->structure;
  const gemmi::Miller hkl{index.h, index.k, index.l};
  gemmi::StructureFactorCalculator<gemmi::IT92<double>> calculator(structure.cell);
  gemmi::add_cl_fprime_for_all_elements(&calculator.addends.values[1], contents_->energy_eV);
  std::complex<double> sum = calculator.calculate_sf_from_model(structure.models[0], hkl);
  for (const auto& chain : structure.models[0].chains) {
    for (const auto& residue : chain.residues) {
      for (const gemmi::Atom& atom : residue.atoms) {
        double f_double_prime = 0.0;
        gemmi::cromer_liberman(atom.element.atomic_number(), contents_->energy_eV, &f_double_prime);
        sum += std::complex<double>(0.0, 1.0) *
               calculator.calculate_sf_from_atom_sf(structure.cell.fractionalize(atom.pos), atom,
                                                    hkl, f_double_prime);
      }
    }
  }
  return std::abs(sum);
}

}  // namespace nanobragg::test

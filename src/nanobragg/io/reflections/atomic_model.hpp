// Coordinates of atoms, and the structure factors that they give.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/model/structure_factors.hpp"
#include "nanobragg/model/unit_cell.hpp"

namespace nanobragg::io {

// Flat solvent between the molecules: its density times exp(−B s²), s = 1/(2d).
struct BulkSolvent {
  double density = 0.0;   // electrons/Å³; 0: vacuum
  double b_factor = 0.0;  // Å²
};

// F(000), which coincides with the direct beam: 0, or the electrons of the cell.
enum class ForwardScattering : std::uint8_t { left_out, kept };

struct ModelRange {
  double dmin_A = 0.0;
  double energy_eV = 0.0;  // of the photons, for f′ and f″
  ForwardScattering forward = ForwardScattering::left_out;
};

// What becomes of an atom whose element has no scattering factor.
enum class UnknownElements : std::uint8_t { refused, left_out };

// The atoms of a PDB or mmCIF file, with the copies by non-crystallographic symmetry that it
// demands; of several models all, or the first (io/reflections/model_structure.hpp).
class AtomicModel {
 public:
  // `name` stands for the bytes in messages. Throws Error for what is neither, has no cell, an
  // unknown space group, no atoms, or atoms without scattering factors.
  static AtomicModel parse(std::string_view bytes, const std::string& name,
                           UnknownElements unknown = UnknownElements::refused);

  const CellParameters<double>& cell() const;
  const std::string& space_group() const;
  std::size_t atoms() const;  // of the asymmetric unit
  std::size_t models() const;
  const std::vector<std::string>& warnings() const;
  // At which the data were measured, as far as the file says.
  std::span<const double> wavelengths_A() const;

  // |F| of every reflection with d ≥ dmin, from the electron density on a grid by a Fourier
  // transform: IT92 scattering factors, f′ and f″ of Cromer and Liberman (so Friedel mates differ),
  // occupancies, isotropic or anisotropic displacements.
  // Within 1e-3 of the direct sum over atoms.
  StructureFactors amplitudes(const ModelRange& range, const BulkSolvent& solvent,
                              double default_amplitude) const;

 private:
  struct Contents;
  explicit AtomicModel(std::shared_ptr<const Contents> contents);
  std::shared_ptr<const Contents> contents_;
};

}  // namespace nanobragg::io

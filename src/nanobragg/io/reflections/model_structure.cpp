// Turns gemmi's structure into one model.
#include "nanobragg/io/reflections/model_structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <gemmi/assembly.hpp>
#include <gemmi/cifdoc.hpp>
#include <gemmi/it92.hpp>
#include <gemmi/mmcif.hpp>
#include <gemmi/model.hpp>
#include <gemmi/pdb.hpp>
#include <iterator>
#include <map>
#include <memory>

#include "nanobragg/base/error.hpp"
#include "nanobragg/base/memory.hpp"
#include "nanobragg/io/files/cif_document.hpp"
#include "nanobragg/io/reflections/cif_wavelength.hpp"
#include "nanobragg/io/reflections/pdb_records.hpp"
#include "nanobragg/io/reflections/reflection_cif.hpp"
#include "nanobragg/io/reflections/wavelength_words.hpp"

namespace nanobragg::io {
namespace {

// Occupancies of two decimals may add up to a little more than 1.
constexpr double kFull = 1.05;

std::string name_of(const gemmi::Chain& chain, const gemmi::Residue& residue,
                    const gemmi::Atom& atom) {
  return chain.name + "/" + residue.str() + "/" + atom.name;
}

template <class Model, class F>
void for_each_atom(Model& model, const F& f) {
  for (auto& chain : model.chains) {
    for (auto& residue : chain.residues) {
      for (auto& atom : residue.atoms) f(chain, residue, atom);
    }
  }
}

std::size_t count_atoms(const gemmi::Structure& structure) {
  std::size_t atoms = 0;
  for (const gemmi::Model& model : structure.models) {
    for_each_atom(model,
                  [&](const gemmi::Chain&, const gemmi::Residue&, const gemmi::Atom&) { ++atoms; });
  }
  return atoms;
}

// With what a CIF says of wavelengths.
gemmi::Structure read_structure(std::string_view bytes, const std::string& name,
                                ModelStructure& out) {
  if (!is_cif(bytes)) {
    check_pdb_records(bytes, name);
    const std::string atoms = without_bonds(bytes);
    return gemmi::read_pdb_from_memory(atoms.data(), atoms.size(), name);
  }
  gemmi::cif::Document document = parse_cif(bytes, name);
  for (gemmi::cif::Block& block : document.blocks) {
    if (block.find_values("_atom_site_fract_x").length() == 0) continue;
    throw Error("a structure in core CIF (fractional coordinates)", name,
                "PDB and mmCIF are read; a list of its structure factors (.fcf) goes to -hkl");
  }
  if (!document.blocks.empty()) {
    const CifWavelengths wavelengths(document, document.blocks.front(), name);
    out.wavelengths_A = wavelengths.all();
    out.warnings = wavelengths.doubts();
  }
  return gemmi::make_structure(document);
}

void check_crystal(const gemmi::Structure& structure, const std::string& name) {
  constexpr const char* kHint = "write the CRYST1 record (_cell and _symmetry) of the crystal";
  const gemmi::UnitCell& cell = structure.cell;
  const bool is_dummy = cell.a == 1.0 && cell.b == 1.0 && cell.c == 1.0;
  if (!cell.is_crystal() || is_dummy) {
    throw Error("no unit cell (CRYST1 or _cell; edges of 1 Å mean that there is none)", name,
                kHint);
  }
  if (structure.spacegroup_hm.empty()) throw Error("no space group", name, kHint);
}

// Elements, numbers: what the density is computed from. Atoms without scattering factor are erased
// where that is asked for.
class AtomCheck {
 public:
  AtomCheck(const std::string& name, UnknownElements unknown) : name_(name), unknown_(unknown) {}

  void run(gemmi::Model& model) {
    for (gemmi::Chain& chain : model.chains) {
      for (gemmi::Residue& residue : chain.residues) {
        std::erase_if(residue.atoms, [&](const gemmi::Atom& atom) {
          return !scatters(atom, name_of(chain, residue, atom));
        });
      }
    }
  }

  void add_warnings(std::vector<std::string>& warnings) const {
    if (left_out_ > 0) {
      warnings.push_back(fmt::format("{}: atoms of unknown elements left out: {} (the first is {})",
                                     name_, left_out_, first_left_out_));
    }
    if (without_occupancy_ > 0) {
      warnings.push_back(fmt::format("{}: atoms of occupancy 0, which do not scatter: {}", name_,
                                     without_occupancy_));
    }
  }

 private:
  bool scatters(const gemmi::Atom& atom, const std::string& atom_name) {
    const std::string where = name_ + ": atom " + atom_name;
    const gemmi::Position& p = atom.pos;
    if (!std::isfinite(p.x + p.y + p.z + atom.b_iso + atom.occ)) {
      throw Error("a number of this atom is missing or not finite", where);
    }
    if (atom.element == gemmi::El::X || !gemmi::IT92<double>::has(atom.element.elem)) {
      if (unknown_ == UnknownElements::refused) {
        throw Error("unknown element (no scattering factor)", where,
                    "-leave_out_unknown computes without such atoms");
      }
      if (left_out_ == 0) first_left_out_ = atom_name;
      ++left_out_;
      return false;
    }
    if (atom.b_iso < 0.0F) throw Error(fmt::format("negative B factor {:g}", atom.b_iso), where);
    if (atom.occ < 0.0F) throw Error(fmt::format("negative occupancy {:g}", atom.occ), where);
    if (atom.occ == 0.0F) ++without_occupancy_;
    return true;
  }

  const std::string& name_;
  UnknownElements unknown_;
  std::size_t left_out_ = 0;
  std::string first_left_out_;
  std::size_t without_occupancy_ = 0;
};

// Of each atom's alternatives together, by its name.
class Occupancies {
 public:
  void add(const gemmi::Model& model) {
    for_each_atom(model, [&](const gemmi::Chain& chain, const gemmi::Residue& residue,
                             const gemmi::Atom& atom) {
      sums_[name_of(chain, residue, atom)] += static_cast<double>(atom.occ);
    });
  }
  bool exceed_one() const { return count() > 0; }

  void add_warning(std::vector<std::string>& warnings, const std::string& name) const {
    if (!exceed_one()) return;
    const auto first = std::ranges::find_if(sums_, is_too_much);
    warnings.push_back(fmt::format(
        "{}: atoms whose alternatives have occupancies above 1 together: {} (the first is {}, "
        "{:.3g})",
        name, count(), first->first, first->second));
  }

 private:
  static bool is_too_much(const std::pair<const std::string, double>& sum) {
    return sum.second > kFull;
  }
  std::ptrdiff_t count() const { return std::ranges::count_if(sums_, is_too_much); }

  std::map<std::string, double> sums_;
};

void make_one_model(ModelStructure& out, const std::string& name) {
  std::vector<gemmi::Model>& models = out.structure->models;
  if (models.size() == 1) return;
  Occupancies together;
  for (const gemmi::Model& model : models) together.add(model);
  if (together.exceed_one()) {
    out.warnings.push_back(fmt::format(
        "{}: {} models, the first is taken (the occupancies of an atom in all of them exceed 1)",
        name, models.size()));
  } else {
    out.models = models.size();
    for (std::size_t i = 1; i < models.size(); ++i) {
      std::ranges::move(models[i].chains, std::back_inserter(models.front().chains));
    }
  }
  models.resize(1, gemmi::Model("1"));
}

bool is_identity(const gemmi::Transform& t) { return t.approx(gemmi::Transform(), 1e-6); }

// Whether copies that an operation makes stand in the model already: of two chains that it relates
// one half, of a ring that is not closed fewer.
bool stands_in_model(const gemmi::Model& model, const gemmi::Transform& operation) {
  constexpr std::size_t kMostTried = 50;
  constexpr double kSameSquared = 0.1 * 0.1;  // Å²
  std::vector<gemmi::Position> places;
  for_each_atom(model, [&](const gemmi::Chain&, const gemmi::Residue&, const gemmi::Atom& atom) {
    places.push_back(atom.pos);
  });
  const std::size_t tried = std::min(kMostTried, places.size());
  std::size_t found = 0;
  for (std::size_t i = 0; i < tried; ++i) {
    const gemmi::Position copy(operation.apply(places[i * places.size() / tried]));
    found += std::ranges::any_of(
        places, [&](const gemmi::Position& place) { return place.dist_sq(copy) < kSameSquared; });
  }
  return 4 * found >= tried;
}

// Copies are turned and moved, not stretched or mirrored.
void check_is_rotation(const gemmi::NcsOp& operation, const std::string& name) {
  constexpr double kRounding = 1e-2;
  const gemmi::Mat33& m = operation.tr.mat;
  if (m.multiply(m.transpose()).approx(gemmi::Mat33(), kRounding) && m.determinant() > 0.0) return;
  throw Error(
      fmt::format("operation {} (MTRIX or _struct_ncs_oper) is not a rotation", operation.id),
      name);
}

void make_copies(ModelStructure& out, const std::string& name) {
  gemmi::Structure& structure = *out.structure;
  std::size_t missing = 0;
  for (gemmi::NcsOp& operation : structure.ncs) {
    if (operation.given) continue;
    check_is_rotation(operation, name);
    if (is_identity(operation.tr)) {
      operation.given = true;
    } else if (stands_in_model(structure.models.front(), operation.tr)) {
      operation.given = true;
      out.warnings.push_back(fmt::format(
          "{}: the copies of operation {} stand in the file, which does not say so (MTRIX without "
          "its 1): they are not made again",
          name, operation.id));
    } else {
      ++missing;
    }
  }
  if (missing == 0) return;
  constexpr double kBytesAnAtom = 2.0 * sizeof(gemmi::Atom);
  check_fits_in_memory(
      kBytesAnAtom * static_cast<double>(count_atoms(structure)) * static_cast<double>(missing + 1),
      fmt::format("a model with {} copies of its atoms", missing), "");
  gemmi::expand_ncs(structure, gemmi::HowToNameCopiedChain::AddNumber);
}

// Of "REMARK 200  WAVELENGTH OR RANGE (A) : 0.9795".
void read_wavelengths(ModelStructure& out, const std::string& name) {
  for (const std::string& remark : out.structure->raw_remarks) {
    const std::size_t colon = remark.find(':');
    const bool says = remark.find("WAVELENGTH OR RANGE") < colon;
    if (!says || colon == std::string::npos) continue;
    const WavelengthWords read = read_wavelength_words(remark.substr(colon + 1));
    out.wavelengths_A.insert(out.wavelengths_A.end(), read.angstrom.begin(), read.angstrom.end());
    if (!read.doubt.empty()) out.warnings.push_back(name + ": " + read.doubt);
  }
}

// Remarks that change what a number in the file means.
void read_remarks(ModelStructure& out, const std::string& name) {
  for (const std::string& remark : out.structure->raw_remarks) {
    if (remark.find("RESIDUAL B FACTORS ONLY") == std::string::npos) continue;
    out.warnings.push_back(
        name + ": a remark says that these are residual B factors: the motion by TLS is left out");
    return;
  }
}

}  // namespace

ModelStructure read_model_structure(std::string_view bytes, const std::string& name,
                                    UnknownElements unknown) {
  ModelStructure out;
  out.structure = std::make_shared<gemmi::Structure>(read_structure(bytes, name, out));
  gemmi::Structure& structure = *out.structure;
  if (structure.models.empty()) throw Error("no atoms (is it a PDB or mmCIF file?)", name);
  if (count_atoms(structure) == 0) throw Error("no atoms", name);
  check_crystal(structure, name);
  make_one_model(out, name);
  AtomCheck check(name, unknown);
  check.run(structure.models.front());
  check.add_warnings(out.warnings);
  Occupancies occupancies;
  occupancies.add(structure.models.front());
  if (out.models == 1) occupancies.add_warning(out.warnings, name);
  if (count_atoms(structure) == 0) throw Error("no atoms of known elements", name);
  make_copies(out, name);
  if (!is_cif(bytes)) {
    const std::string doubt = doubt_of_scale(bytes, structure.cell, name);
    if (!doubt.empty()) out.warnings.push_back(doubt);
  }
  read_remarks(out, name);
  read_wavelengths(out, name);
  return out;
}

}  // namespace nanobragg::io

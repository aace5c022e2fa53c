// The options that describe the crystal and its amplitudes.
#include <algorithm>

#include "nanobragg/config/options/option_rows.hpp"

namespace nanobragg::config::rows {
namespace {

using enum Range;

// The names of the shapes come from the list of shapes, so that a new one needs no row here.
Option shape() {
  Option option{"shape", {}, "", "shape of the crystal:", &Settings::shape};
  for (const CrystalShapeInfo& info : kCrystalShapes) {
    std::string_view flags = info.flags;
    while (!flags.empty()) {
      const std::string_view flag = flags.substr(0, flags.find(' '));
      option.spellings.emplace_back(std::string(flag), std::string(info.name));
      flags.remove_prefix(std::min(flags.size(), flag.size() + 1));
    }
    if (info.shape != kCrystalShapes.front().shape) option.help += ';';
    option.help.append(" ").append(info.name).append(" = ").append(info.help);
  }
  return option;
}

}  // namespace

// Cell and orientation.
std::vector<Option> lattice() {
  return {
      {"matrix_file",
       {"-mat", "-matrix"},
       "FILE",
       "nine numbers: MOSFLM's A matrix, which holds cell and orientation",
       &Settings::matrix_file},
      {"crystal_file",
       {"-crystal"},
       "FILE",
       "orientation: the crystal of a DIALS .expt or an NXmx file, a MOSFLM .mat, or nine numbers "
       "a* "
       "b* c* in 1/Å",
       &Settings::crystal_file},
      {"cell_A_deg",
       {"-cell"},
       "a b c [alpha beta gamma]",
       "unit cell in Å and degrees; missing edges equal a, missing angles are 90",
       &Settings::cell,
       positive},
      {"misset_deg",
       {"-misset"},
       "x y z | random",
       "turns the crystal about x, then y, then z, in degrees, or at random",
       NumbersOrWord{&Settings::misset_deg, "random", &Settings::misset_random}},
      {"misset_seed",
       {"-misset_seed"},
       "n",
       "seed of -misset random; without it that of -seed; below 0: counts as 1",
       &Settings::misset_seed,
       seed},
  };
}

// Structure factors.
std::vector<Option> amplitudes() {
  return {
      {"hkl_file",
       {"-hkl"},
       "FILE",
       "amplitudes: MTZ, CIF (structure factors, .fcf), XDS_ASCII, CrystFEL, Scalepack, or lines "
       "of "
       "h k l F in P1; also compressed",
       &Settings::hkl_file},
      {"hkl_column",
       {"-column"},
       "NAME",
       "column of a file that names them (MTZ, CIF): amplitudes or intensities; chosen by type "
       "without it",
       &Settings::hkl_column},
      {"model_file",
       {"-model"},
       "FILE",
       "amplitudes computed from the coordinates of a PDB or mmCIF file, to the detector's corners",
       &Settings::model_file},
      {"solvent_density_per_A3",
       {"-ksol"},
       "electrons/Å³",
       "density of the flat solvent between the molecules of -model; 0: none",
       &Settings::solvent_density,
       non_negative},
      {"solvent_B_A2",
       {"-bsol"},
       "Å²",
       "temperature factor of the solvent of -model",
       &Settings::solvent_B,
       non_negative},
      {"forward_scattering",
       {{"-F000", "true"}},
       "",
       "keeps F(000) of -model, the electrons of a cell, which scatter along the beam",
       &Settings::forward_scattering},
      {"leave_out_unknown",
       {{"-leave_out_unknown", "true"}},
       "",
       "leaves out atoms of -model whose element is unknown; without it they are an error",
       &Settings::leave_out_unknown},
      {"dump_file",
       {"-dump"},
       "FILE",
       "binary copy of the amplitudes: written after -hkl, read where there is no -hkl",
       &Settings::dump_file},
      {"default_F",
       {"-default_F"},
       "F",
       "amplitude of the reflections that the file does not name, electrons",
       &Settings::default_F},
      {"wilson_B_A2_seed",
       {"-wilson"},
       "B,SEED",
       "makes up amplitudes to -dmin: Wilson statistics with the temperature factor B in Å²",
       NumberAndSeed{&Settings::wilson},
       non_negative},
  };
}

// Size in cells or in mm, and shape.
std::vector<Option> crystal_size() {
  return {
      {"cells_a", {"-Na"}, "n", "unit cells along a", &Settings::cells_a, at_least_one},
      {"cells_b", {"-Nb"}, "n", "unit cells along b", &Settings::cells_b, at_least_one},
      {"cells_c", {"-Nc"}, "n", "unit cells along c", &Settings::cells_c, at_least_one},
      {"",
       {"-N"},
       "n",
       "unit cells along each of a, b and c",
       each(&Settings::cells_a, &Settings::cells_b, &Settings::cells_c),
       at_least_one},
      {"size_x_mm",
       {"-sample_x", "-sample_thick", "-sample_thickness", "-xtal_x", "-xtal_thick",
        "-xtal_thickness"},
       "mm",
       "width of the crystal along a, instead of -Na; 0: not used",
       &Settings::size_x_mm,
       non_negative},
      {"size_y_mm",
       {"-sample_y", "-sample_width", "-width", "-xtal_y", "-xtal_width"},
       "mm",
       "width of the crystal along b, instead of -Nb; 0: not used",
       &Settings::size_y_mm,
       non_negative},
      {"size_z_mm",
       {"-sample_z", "-sample_height", "-height", "-xtal_z", "-xtal_height"},
       "mm",
       "width of the crystal along c, instead of -Nc; 0: not used",
       &Settings::size_z_mm,
       non_negative},
      {"",
       {"-samplesize", "-sample_size", "-xtalsize", "-xtal_size"},
       "mm",
       "all three widths of the crystal",
       each(&Settings::size_x_mm, &Settings::size_y_mm, &Settings::size_z_mm),
       non_negative},
      {"crystal_size",
       {"-crystal_size"},
       "LENGTH[,LENGTH,LENGTH]",
       "edges of a crystal of many blocks of -N cells (um, mm, cm, m): along the beam, and width "
       "and height, which -beamsize clips; intensities are those of all blocks in the beam; "
       "without it, of one",
       &Settings::crystal_size},
      shape(),
      {"block_sizes",
       {"-block_sizes"},
       "lognormal|gamma:WIDTH[:COUNT]",
       "distribution of the edges of blocks about -N, by volume: its standard deviation relative "
       "to the mean, and how many sizes stand for all (5 without it)",
       &Settings::block_sizes},
      {"fudge",
       {"-fudge"},
       "f",
       "scales the argument of the lattice transform: larger makes narrower spots",
       &Settings::fudge,
       positive},
  };
}

// Displacements of atoms.
std::vector<Option> displacements() {
  return {
      {"B_A2",
       {"-bfactor"},
       "Å²",
       "isotropic temperature factor B: weakens intensities by exp(-2B(sin θ/λ)²)",
       &Settings::b_factor},
      {"aniso_B_A2",
       {"-B_aniso"},
       "B11 B22 B33 B12 B13 B23",
       "overall anisotropic B in Å² on the reciprocal axes, as the Uij of an atom times 8π²: "
       "multiplies intensities by exp(-½ Σ Bij hi hj ai* aj*), on top of -bfactor",
       &Settings::anisotropic_b},
      {"diffuse_sigma_A",
       {"-diffuse_sigma"},
       "σ [σ σ]",
       "liquid-like motions: displacement in Å, of all directions or along a*, c × a* and c; "
       "weakens reflections and adds a halo about each",
       &Settings::diffuse_sigma_A,
       non_negative},
      {"diffuse_gamma_A",
       {"-diffuse_gamma"},
       "γ [γ γ]",
       "their correlation length in Å, the same way",
       &Settings::diffuse_gamma_A,
       positive},
      {"diffuse_laue",
       {"-diffuse_laue"},
       "CLASS",
       "Laue class that haloes are averaged over: -1, 2/m, mmm, 4/m, 4/mmm, -3, -3m1, -31m, 6/m, "
       "6/mmm, m-3 or m-3m; without it that of the list of amplitudes",
       &Settings::diffuse_laue},
      {"diffuse_neighbours",
       {"-diffuse_neighbours"},
       "n",
       "haloes of reflections up to n indices from the nearest add up; 1 without it",
       &Settings::diffuse_neighbours,
       non_negative},
  };
}

// Mosaicity, lattices, and the water around.
std::vector<Option> disorder() {
  return {
      {"mosaic_spread_deg",
       {"-mosaic", "-mosaici", "-mosaicity", "-mosaic_spr", "-mosaic_spread"},
       "degrees",
       "largest rotation of a mosaic domain; of -mosaic_shape gauss the half width at half maximum",
       &Settings::mosaic_spread_deg,
       non_negative},
      {"mosaic_spread_abc_deg",
       {"-mosaic_spread_abc"},
       "x y z",
       "instead of -mosaic, of -mosaic_shape gauss: half widths in degrees about a*, c × a* and c",
       &Settings::mosaic_spread_abc_deg,
       non_negative},
      {"mosaic_correlation",
       {"-mosaic_correlation"},
       "yz xz xy",
       "of -mosaic_spread_abc: correlations of the turns about the second and third of these axes "
       "(what the first leaves of it), the first and third, the first and second",
       &Settings::mosaic_correlation},
      {"mosaic_shape",
       {"-mosaic_shape"},
       "cap|gauss",
       "how domains are turned: by up to the spread, or by normal deviates about each axis",
       &Settings::mosaic_shape},
      {"cell_spread_percent",
       {"-cell_spread"},
       "%",
       "full width at half maximum of the lengths of the domains' cells",
       &Settings::cell_spread_percent,
       non_negative},
      {"mosaic_domains",
       {"-mosaic_domains", "-mosaic_dom"},
       "n",
       "number of mosaic domains; 0: automatic, 10 where there is a spread",
       &Settings::mosaic_domains,
       non_negative},
      {"mosaic_seed",
       {"-mosaic_seed"},
       "n",
       "seed of the mosaic orientations; below 0: continues the random numbers of -misset "
       "random; without it those of -mosaic_shape gauss are spread evenly",
       &Settings::mosaic_seed,
       seed},
      {"lattices",
       {"-lattice"},
       "X,Y,Z[:WEIGHT]",
       "a lattice of the crystal, turned by degrees about x, then y, then z, before -misset; its "
       "weight is the share of the volume, 1 without it; may be repeated, and the crystal is these "
       "lattices alone: 0,0,0 is the one that is not turned",
       Gathered{&Settings::lattices, Repeats::kept}},
      {"water_um",
       {"-water"},
       "µm",
       "edge of a cube of water that gives the same background everywhere; -background "
       "water:LENGTH has the rings of water",
       &Settings::water_um,
       non_negative},
  };
}

}  // namespace nanobragg::config::rows

// Bad input, a row a mistake: exit code, what the message says, and a folder left as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "cli/workspace.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr int kUsage = 2;
constexpr int kData = 1;

struct File {
  std::string name;
  std::string content;
};

struct Mistake {
  std::string name;
  Arguments arguments;  // after those of small_run()
  int exit_code;
  std::vector<std::string> says;
  std::vector<File> files = {};
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

std::string smv(const std::string& entries, std::size_t pixel_bytes) {
  std::string header = "{\nHEADER_BYTES=512;\nTYPE=unsigned_short;\n" + entries + "}\f";
  header.resize(512, ' ');
  return header + std::string(pixel_bytes, '\1');
}

std::vector<Mistake> mistakes_in_flags() {
  return {
      {"unknown_flag", {"-lamda", "1"}, kUsage, {"'-lamda'", "did you mean '-lambda'?"}},
      {"unknown_flag_two_dashes", {"--lambd", "1"}, kUsage, {"'--lambd'", "'-lambda'"}},
      {"cut_short", {"-float", "x"}, kUsage, {"'-float'", "did you mean '-floatfile'?"}},
      {"unlike_any_flag", {"-xyzzyplugh"}, kUsage, {"'-xyzzyplugh'", "--help"}},
      {"stray_word", {"-lambda", "1", "2"}, kUsage, {"stray word '2'", "'-lambda' takes"}},
      {"no_value_at_the_end", {"-lambda"}, kUsage, {"'-lambda' needs a value", "Å"}},
      {"flag_for_a_value", {"-lambda", "-osc"}, kUsage, {"'-lambda'", "found the flag '-osc'"}},
      {"too_few_values", {"-roi", "1", "2", "3"}, kUsage, {"'-roi' needs 4 values", "after 3"}},
      {"text", {"-distance", "far"}, kUsage, {"'-distance' needs a number (mm)", "'far'"}},
      {"unit_glued_on", {"-distance", "100mm"}, kUsage, {"'-distance'", "'100mm'"}},
      {"not_a_number", {"-lambda", "nan"}, kUsage, {"'-lambda' needs a number", "'nan'"}},
      {"infinite", {"-distance", "inf"}, kUsage, {"'-distance': inf", "allowed: above 0"}},
      {"negative", {"-lambda", "-1"}, kUsage, {"'-lambda': -1", "allowed: above 0"}},
      {"zero_distance", {"-distance", "0"}, kUsage, {"'-distance': 0", "above 0"}},
      {"zero_pixel", {"-pixel", "0"}, kUsage, {"'-pixel': 0", "above 0"}},
      {"negative_size", {"-detsize", "-100"}, kUsage, {"'-detsize': -100", "above 0"}},
      {"no_pixels", {"-detpixels", "0"}, kUsage, {"'-detpixels': 0", "at least 1"}},
      {"half_a_pixel", {"-detpixels", "10.5"}, kUsage, {"needs a whole number", "'10.5'"}},
      {"no_cells", {"-N", "0"}, kUsage, {"'-N': 0", "at least 1"}},
      {"negative_mosaic", {"-mosaic", "-1"}, kUsage, {"'-mosaic': -1", "at least 0"}},
      {"kahn_factor", {"-polar", "2"}, kUsage, {"'-polar': 2", "-1 to 1"}},
      {"no_direction", {"-beam_vector", "0", "0", "0"}, kUsage, {"'-beam_vector'", "not all"}},
      {"no_name", {"-floatfile", ""}, kUsage, {"'-floatfile' needs a name"}},
      {"impossible_angle",
       {"-cell", "10", "20", "30", "90", "90", "200"},
       kUsage,
       {"-cell", "90 90 200", "not between 0 and 180"}},
      {"impossible_angles",
       {"-cell", "10", "20", "30", "30", "30", "90"},
       kUsage,
       {"-cell", "30 30 90", "no volume", "each angle must be smaller"}},
      {"cell_beyond_numbers", {"-cell", "1e200"}, kUsage, {"-cell", "edge of 1e+200 Å"}},
      {"zero_edge", {"-cell", "0"}, kUsage, {"'-cell': 0", "above 0"}},
      {"unknown_kernel", {"-kernel", "scaler"}, kUsage, {"'scaler'", "reference, scalar"}},
      {"unknown_mode", {"-compat", "referenc"}, kUsage, {"'referenc'", "'reference'"}},
      {"physics_kernel_for_quirks",
       {"-compat", "reference", "-kernel", "scalar"},
       kUsage,
       {"-compat reference with -kernel scalar", "-kernel reference"}},
      {"region_outside",
       {"-roi", "0", "32", "0", "9"},
       kUsage,
       {"-roi", "fast 0 … 32", "fast 0 … 31"}},
      {"region_backwards", {"-roi", "9", "0", "0", "9"}, kUsage, {"-roi", "fast 9 … 0"}},
      {"two_sources_of_amplitudes",
       {"-wilson", "20,1", "-dmin", "3"},
       kUsage,
       {"-wilson and -hkl"}},
      {"parallel_axes",
       {"-fdet_vector", "0", "1", "0", "-sdet_vector", "0", "1", "0"},
       kUsage,
       {"parallel"}},
      {"endless_spindle", {"-osc", "90", "-phistep", "1e-9"}, kUsage, {"9e+10 steps"}},
  };
}

std::vector<Mistake> mistakes_in_detectors() {
  return {
      {"unknown_detector",
       {"-detector", "eiger-16m"},
       kUsage,
       {"'eiger-16m'", "did you mean 'eiger2-16m'?"}},
      {"detector_of_another_size",
       {"-detector", "pilatus3-6m"},
       kUsage,
       {"-detpixels of 32 × 32 pixels", "2463 × 2527"}},
      {"sensor_without_thickness", {"-sensor", "Si"}, kUsage, {"-sensor Si", "Si:450um"}},
      {"sensor_of_nothing_known", {"-sensor", "Unobtainium:1mm"}, kUsage, {"'Unobtainium'"}},
      {"sensor_without_density", {"-sensor", "BGO:1mm"}, kUsage, {"BGO"}},
      {"sensor_twice",
       {"-sensor", "Si:450um", "-detector_thick", "300"},
       kUsage,
       {"-sensor with -detector_thick"}},
      {"sensor_beyond_tables",
       {"-sensor", "Si:450um", "-energy", "900000"},
       kData,
       {"no attenuation of Si", "keV"}},
  };
}

std::vector<Mistake> mistakes_in_beamstops() {
  return {
      {"beamstop_without_distance",
       {"-beamstop", "2"},
       kUsage,
       {"a beamstop without its distance", "-beamstop_distance"}},
      {"beamstop_without_diameter",
       {"-beamstop_distance", "20", "-beamstop_edge", "0.1"},
       kUsage,
       {"a beamstop without its diameter"}},
      {"beamstop_of_no_size",
       {"-beamstop", "0", "-beamstop_distance", "20"},
       kUsage,
       {"'-beamstop': 0", "above 0"}},
      {"beamstop_behind_the_detector",
       {"-beamstop", "2", "-beamstop_distance", "5000"},
       kData,
       {"a beamstop 5000 mm from the sample", "the beam meets the detector at",
        "-beamstop_distance"}},
      {"arm_without_width",
       {"-beamstop", "2", "-beamstop_distance", "20", "-beamstop_arm", "30"},
       kUsage,
       {"an arm of the beamstop without its width", "-beamstop_arm_width"}},
      {"arm_without_beamstop",
       {"-beamstop_arm", "30", "-beamstop_arm_width", "1"},
       kUsage,
       {"a beamstop without its diameter"}},
      {"arm_wider_than_the_beamstop",
       {"-beamstop", "2", "-beamstop_distance", "20", "-beamstop_arm", "30", "-beamstop_arm_width",
        "1.9"},
       kData,
       {"the beamstop's arm 1.9 mm", "1.6 mm"}},
      {"edge_wider_than_the_beamstop",
       {"-beamstop", "2", "-beamstop_distance", "5", "-beamstop_edge", "3"},
       kData,
       {"edge of the beamstop 3 mm", "2 mm"}},
  };
}

std::vector<Mistake> mistakes_of_size() {
  return {
      {"table_too_large",
       {"-hkl", "wide.hkl"},
       kData,
       {"2000000000 -100000 -100000 to 2000000000 0 0", "GB of memory", "this machine has",
        "extreme indices"},
       {{"wide.hkl", "2000000000 0 0 5\n-2000000000 -100000 -100000 5\n"}}},
      {"image_too_large",
       {"-detpixels", "100000"},
       kData,
       {"image of 100000 × 100000 pixels", "80 GB", "-detpixels"}},
      {"orientations_too_many",
       {"-mosaic", "1", "-mosaic_dom", "2000000000"},
       kData,
       {"2000000000 mosaic domains", "GB of memory", "-mosaic_domains"}},
      {"rays_too_many",
       {"-divergence", "1", "-divsteps", "100000"},
       kData,
       {"100000 × 100000 directions", "GB of memory", "-hdivsteps"}},
      {"overflowing_image",
       {"-fluence", "1e308"},
       kData,
       {"pixel slow 0 fast 0 is inf", "-fluence"}},
      {"nan_in_the_image",
       {"-hkl", "large.hkl", "-tophat_spots", "-compat", "physical,+spots_of_volume", "-default_F",
        "1e15", "-fluence", "1e308"},
       kData,
       {"pixel slow 0 fast", "not a number of photons"},
       {{"large.hkl", "0 0 0 1e15\n"}}},
  };
}

// Numbers that no experiment has, and work that would not end.
std::vector<Mistake> mistakes_of_values() {
  return {
      {"amplitude_beyond_a_cell", {"-default_F", "1e200"}, kData, {"amplitude 1e+200", "1e+15"}},
      {"amplitude_of_a_file",
       {"-hkl", "huge.hkl"},
       kData,
       {"huge.hkl:1: impossible amplitude 1e+200"},
       {{"huge.hkl", "0 0 0 1e200\n"}}},
      {"negative_wavelengths",
       {"-dispersion", "200", "-dispsteps", "3"},
       kData,
       {"dispersion 200 %"}},
      {"wide_mosaic", {"-mosaic", "1e9"}, kData, {"mosaic spread 1e+09°", "180"}},
      {"wide_divergence", {"-hdivrange", "1e9"}, kData, {"divergence 1e+09 mrad"}},
      {"short_wavelength", {"-lambda", "1e-8"}, kData, {"wavelength 1e-08 Å", "0.0001"}},
      {"high_energy", {"-energy", "1e300"}, kData, {"wavelength", "0.0001"}},
      {"long_wavelength_of_a_source",
       {"-sourcefile", "s.txt"},
       kData,
       {"wavelength 1e+10 Å", "-sourcefile m"},
       {{"s.txt", "-10 0 0 1 1.0\n"}}},
      {"endless_cell", {"-cell", "1e30", "90", "90"}, kUsage, {"-cell", "edge of 1e+30 Å"}},
      {"left_handed_matrix",
       {"-mat", "left.mat"},
       kData,
       {"left.mat", "left-handed"},
       {{"left.mat", "0 0.01 0\n0.01 0 0\n0 0 0.01\n"}}},
      {"endless_subpixels", {"-oversample", "90001"}, kData, {"90001² sub-pixels", "-oversample"}},
      {"endless_automatic_subpixels", {"-N", "9999999"}, kData, {"² sub-pixels", "-oversample"}},
  };
}

std::vector<Mistake> mistakes_in_files() {
  return {
      {"missing_hkl", {"-hkl", "no.hkl"}, kData, {"'no.hkl'", "No such file"}},
      {"missing_matrix", {"-mat", "no.mat"}, kData, {"'no.mat'", "No such file"}},
      {"missing_sources", {"-sourcefile", "no.txt"}, kData, {"'no.txt'", "No such file"}},
      {"missing_mask", {"-mask", "no.img"}, kData, {"'no.img'", "No such file"}},
      {"missing_header", {"-img", "no.img"}, kData, {"'no.img'", "No such file"}},
      {"folder_for_hkl", {"-hkl", "."}, kData, {"'.'", "directory"}},
      {"folder_for_matrix", {"-mat", "."}, kData, {"'.'", "directory"}},
      {"empty_hkl", {"-hkl", "e.hkl"}, kData, {"e.hkl: no reflections"}, {{"e.hkl", ""}}},
      {"only_comments", {"-hkl", "e.hkl"}, kData, {"no reflections"}, {{"e.hkl", "# none\n\n"}}},
      {"short_hkl_row",
       {"-hkl", "s.hkl"},
       kData,
       {"s.hkl:3: expected 4 numbers, found 3"},
       {{"s.hkl", "1 0 0 5\n\n1 1 0\n"}}},
      {"word_in_hkl_row",
       {"-hkl", "w.hkl"},
       kData,
       {"w.hkl:2: expected 4 numbers, found 2 (then 'abc')"},
       {{"w.hkl", "1 0 0 5\n1 1 abc 5\n"}}},
      {"eight_numbers",
       {"-mat", "8.mat"},
       kData,
       {"8.mat:3: expected 9 numbers, found 8"},
       {{"8.mat", "1 0 0\n0 1 0\n0 0"}}},
      {"singular_matrix",
       {"-mat", "flat.mat"},
       kData,
       {"flat.mat: singular orientation matrix", "one plane"},
       {{"flat.mat", "1 0 0 0 1 0 1 1 0"}}},
      {"bad_source",
       {"-sourcefile", "s.txt"},
       kData,
       {"s.txt:2", "expected 1 to 5 numbers"},
       {{"s.txt", "-10 0 0\n-10 x 0\n"}}},
  };
}

std::vector<Mistake> mistakes_in_images() {
  return {
      {"image_without_size",
       {"-img", "x.img"},
       kData,
       {"x.img: SMV header without SIZE1"},
       {{"x.img", smv("SIZE2=4;\n", 64)}}},
      {"mask_truncated",
       {"-mask", "x.img"},
       kData,
       {"x.img: truncated", "states 576 bytes, found 575"},
       {{"x.img", smv("SIZE1=8;\nSIZE2=4;\n", 63)}}},
      {"not_an_image", {"-img", "few.hkl"}, kData, {"few.hkl: not an SMV image"}},
      {"mask_of_another_size",
       {"-mask", "m.img"},
       kData,
       {"m.img: mask of 8 × 4 pixels", "detector has 32 × 32", "without -detpixels"},
       {{"m.img", smv("SIZE1=8;\nSIZE2=4;\n", 64)}}},
  };
}

std::vector<Mistake> mistakes_in_configurations() {
  return {
      {"missing_config", {"-config", "no.toml"}, kData, {"'no.toml'", "No such file"}},
      {"folder_for_config", {"-config", "."}, kData, {"'.'", "directory"}},
      {"unknown_key",
       {"-config", "c.toml"},
       kUsage,
       {"c.toml:2: unknown key 'beam.wavelength'", "did you mean 'beam.wavelength_A'?"},
       {{"c.toml", "[beam]\nwavelength = 1.0\n"}}},
      {"unknown_table",
       {"-config", "c.toml"},
       kUsage,
       {"c.toml:1: unknown table [bean]", "did you mean [beam]?"},
       {{"c.toml", "[bean]\nwavelength_A = 1.0\n"}}},
      {"syntax_error",
       {"-config", "c.toml"},
       kUsage,
       {"c.toml:2: not valid TOML"},
       {{"c.toml", "[beam]\nwavelength_A = = 1\n"}}},
      {"key_of_another_kind",
       {"-config", "c.toml"},
       kUsage,
       {"c.toml:2: key 'beam.wavelength_A' needs a number, found a string"},
       {{"c.toml", "[beam]\nwavelength_A = \"1\"\n"}}},
      {"key_out_of_range",
       {"-config", "c.toml"},
       kUsage,
       {"c.toml:2: key 'beam.wavelength_A': -1", "above 0"},
       {{"c.toml", "[beam]\nwavelength_A = -1.0\n"}}},
  };
}

std::vector<Mistake> mistakes_in_outputs() {
  return {
      {"output_is_a_folder", {"-intfile", "."}, kData, {"cannot write '.'", "directory"}},
      {"output_in_no_folder",
       {"-floatfile", "no/f.bin"},
       kData,
       {"cannot write 'no/f.bin'", "folder 'no'"}},
      {"output_below_a_file", {"-pngfile", "few.hkl/p.png"}, kData, {"cannot write 'few.hkl/p"}},
      {"dump_in_no_folder", {"-dump", "no/F.bin"}, kData, {"cannot write 'no/F.bin'"}},
      {"two_outputs_of_one_name",
       {"-floatfile", "a", "-intfile", "a"},
       kUsage,
       {"-floatfile and -intfile both write 'a'", "its own name"}},
      {"two_outputs_of_one_file",
       {"-pngfile", "./floatimage.bin"},
       kUsage,
       {"-floatfile and -pngfile", "'./floatimage.bin'"}},
      {"output_over_amplitudes",
       {"-noisefile", "tetragonal.hkl"},
       kUsage,
       {"-noisefile would overwrite 'tetragonal.hkl'", "-hkl reads"}},
      {"output_over_matrix",
       {"-mat", "ortho.mat", "-pgmfile", "ortho.mat"},
       kUsage,
       {"-pgmfile would overwrite 'ortho.mat'"}},
  };
}

class BadInput : public testing::TestWithParam<Mistake> {};

TEST_P(BadInput, IsRefusedAndLeavesTheFolderAlone) {
  const Mistake& mistake = GetParam();
  const Workspace workspace;
  // Outputs of an earlier run, with another image, must survive.
  workspace.run_silently(small_run() + Arguments{"-seed", "7", "-nopgm"});
  for (const auto& [name, content] : mistake.files) workspace.write(name, content);
  const auto before = workspace.files();

  const ProgramResult result =
      workspace.run(small_run() + Arguments{"-seed", "8"} + mistake.arguments);

  EXPECT_EQ(result.exit_code, mistake.exit_code) << result.errors;
  EXPECT_THAT(result.errors, StartsWith("nanobragg: "));
  EXPECT_EQ(count_of("\n", result.errors), 1U) << result.errors;
  for (const std::string& part : mistake.says) EXPECT_THAT(result.errors, HasSubstr(part));
  workspace.expect_unchanged(before);
}

// A search of reciprocal space is bounded before it starts; warnings come first.
TEST(SparseSearch, ThatWouldNotEndIsRefused) {
  const Workspace workspace;
  const auto before = workspace.files();
  const ProgramResult result =
      workspace.run({"-kernel", "sparse", "-cell", "90000", "-lambda", "0.001", "-default_F", "100",
                     "-oversample", "1", "-detpixels", "32"});
  EXPECT_EQ(result.exit_code, kData) << result.errors;
  for (const char* part : {"nanobragg: -kernel: the sparse kernel", "rows", "-dmin"}) {
    EXPECT_THAT(result.errors, HasSubstr(part));
  }
  EXPECT_THAT(result.errors, HasSubstr("it takes more than 10000 sub-pixels"));
  workspace.expect_unchanged(before);
}

const auto name_of = [](const auto& instance) { return instance.param.name; };
INSTANTIATE_TEST_SUITE_P(Flags, BadInput, testing::ValuesIn(mistakes_in_flags()), name_of);
INSTANTIATE_TEST_SUITE_P(Detectors, BadInput, testing::ValuesIn(mistakes_in_detectors()), name_of);
INSTANTIATE_TEST_SUITE_P(Beamstops, BadInput, testing::ValuesIn(mistakes_in_beamstops()), name_of);
INSTANTIATE_TEST_SUITE_P(Sizes, BadInput, testing::ValuesIn(mistakes_of_size()), name_of);
INSTANTIATE_TEST_SUITE_P(Values, BadInput, testing::ValuesIn(mistakes_of_values()), name_of);
INSTANTIATE_TEST_SUITE_P(Files, BadInput, testing::ValuesIn(mistakes_in_files()), name_of);
INSTANTIATE_TEST_SUITE_P(Images, BadInput, testing::ValuesIn(mistakes_in_images()), name_of);
INSTANTIATE_TEST_SUITE_P(Configurations, BadInput, testing::ValuesIn(mistakes_in_configurations()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Outputs, BadInput, testing::ValuesIn(mistakes_in_outputs()), name_of);

}  // namespace
}  // namespace nanobragg::test

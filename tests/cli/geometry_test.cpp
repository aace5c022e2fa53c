// -geometry, -crystal and -spectrum: what other programs' files mean, by pictures of the same
// thing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cli/workspace.hpp"
#include "nanobragg/io/images/registry.hpp"

namespace nanobragg::test {
namespace {

using testing::HasSubstr;

// A panel of 40 × 30 pixels of 0.5 mm, tilted by a 3-4-5 triangle about the spindle, in the frame
// of MOSFLM by flags and in those of DIALS and CrystFEL by files.
const Arguments kByFlags{"-fdet_vector",
                         "0",
                         "0",
                         "1",
                         "-sdet_vector",
                         "0.6",
                         "-0.8",
                         "0",
                         "-odet_vector",
                         "0.8",
                         "0.6",
                         "0",
                         "-beam_vector",
                         "1",
                         "0",
                         "0",
                         "-polar_vector",
                         "0",
                         "0",
                         "1",
                         "-spindle_axis",
                         "0",
                         "0",
                         "1",
                         "-pix0_vector",
                         "0.09",
                         "0.012",
                         "-0.011",
                         "-pixel",
                         "0.5",
                         "-detpixels_x",
                         "40",
                         "-detpixels_y",
                         "30",
                         "-lambda",
                         "1.5"};

constexpr const char* kPanel =
    R"({"name": "a", "fast_axis": [1, 0, 0], "slow_axis": [0, -0.8, -0.6],
  "origin": [-11, 12, -90], "image_size": [40, 30], "pixel_size": [0.5, 0.5])";

std::string expt(const std::string& panels, const std::string& more = "") {
  return R"({"__id__": "ExperimentList", "experiment": [{"beam": 0, "detector": 0, "goniometer": 0,
    "scan": 0, "crystal": 0}], "beam": [{"direction": [0, 0, 1], "wavelength": 1.5,
    "polarization_normal": [0, 1, 0], "polarization_fraction": 0.5}],
    "goniometer": [{"rotation_axis": [1, 0, 0], "fixed_rotation": [1, 0, 0, 0, 1, 0, 0, 0, 1],
    "setting_rotation": [1, 0, 0, 0, 1, 0, 0, 0, 1]}],
    "scan": [{"image_range": [1, 2], "oscillation": [10, 0.5]}],
    "crystal": [{"real_space_a": [60, 0, 0], "real_space_b": [0, 70, 0],
    "real_space_c": [0, 0, 80]}], "detector": [{"panels": [)" +
         panels + "]" + more + "}]}";
}

class Geometry : public testing::Test {
 protected:
  // Floats of a run without a word.
  std::vector<float> floats(const Arguments& more) const {
    const Arguments common{"-default_F", "100",      "-N",     "4",       "-oversample", "1",
                           "-nopgm",     "-nonoise", "-quiet", "-kernel", "scalar"};
    const ProgramResult result = space_.run(common + more);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.exit_code == 0 ? read_floats(space_.path() / "floatimage.bin")
                                 : std::vector<float>{};
  }
  void expect_refused(const Arguments& more, int code, const char* why) const {
    const ProgramResult result = space_.run(more);
    EXPECT_EQ(result.exit_code, code) << result.output;
    EXPECT_THAT(result.errors, HasSubstr(why));
  }
  Workspace space_;
  const Arguments cell_{"-cell", "60", "70", "80", "90", "90", "90"};
};

// The largest difference, relative to the brightest.
double departure(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size() || a.empty()) return 1e9;
  float most = 0.0F;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return static_cast<double>(most) / static_cast<double>(*std::ranges::max_element(a));
}

TEST_F(Geometry, OfDialsPlacesThePanelAsFlagsDo) {
  space_.write("one.expt", expt(std::string(kPanel) + "}"));
  const auto by_flags = floats(cell_ + kByFlags + Arguments{"-phi", "10", "-osc", "0.5"});
  EXPECT_EQ(by_flags.size(), 1200u);
  EXPECT_LT(departure(by_flags, floats(cell_ + Arguments{"-geometry", "one.expt"})), 1e-6);
}

TEST_F(Geometry, OfCrystfelPlacesThePanelAsFlagsDo) {
  // CrystFEL's x is against our z, its z along our x.
  space_.write("one.geom",
               "photon_energy = 8265.61 ; eV\nres = 2000\nclen = 0.08\ncoffset = 0.01\n"
               "a/min_fs = 0\na/max_fs = 39\na/min_ss = 0\na/max_ss = 29\n"
               "a/corner_x = 22\na/corner_y = 24\na/fs = -x\na/ss = -0.8y +0.6z\n");
  const auto by_flags =
      floats(cell_ + kByFlags + Arguments{"-lambda", "1.49999998790", "-phi", "0"});
  EXPECT_LT(departure(by_flags, floats(cell_ + Arguments{"-geometry", "one.geom"})), 1e-5);
}

// The files that the program writes of an experiment give it back.
TEST_F(Geometry, ReadsWhatTheProgramWrites) {
  const Arguments tilted{"-cell", "60",
                         "70",    "80",
                         "85",    "95",
                         "100",   "-misset",
                         "10",    "20",
                         "30",    "-distance",
                         "90",    "-detpixels_x",
                         "40",    "-detpixels_y",
                         "30",    "-pixel",
                         "0.5",   "-detector_rotx",
                         "5",     "-detector_roty",
                         "-3",    "-detector_rotz",
                         "2",     "-twotheta",
                         "10",    "-lambda",
                         "1.2",   "-phi",
                         "10",    "-osc",
                         "0.5",   "-phisteps",
                         "2"};
  const auto first = floats(tilted);
  const ProgramResult written =
      space_.run(tilted + Arguments{"-default_F", "100", "-N", "4", "-oversample", "1", "-quiet",
                                    "-out", "x.expt", "-out", "x.geom"});
  ASSERT_EQ(written.exit_code, 0) << written.errors;
  const Arguments steps{"-phisteps", "2"};
  EXPECT_LT(departure(first, floats(steps + Arguments{"-geometry", "x.expt"})), 1e-4);
  EXPECT_LT(
      departure(first, floats(steps + Arguments{"-geometry", "x.geom", "-crystal", "x.expt",
                                                "-lambda", "1.2", "-phi", "10", "-osc", "0.5"})),
      1e-3);
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  ASSERT_EQ(space_
                .run(tilted + Arguments{"-default_F", "100", "-quiet", "-roi", "3", "39", "0", "29",
                                        "-out", "x.nxs"})
                .exit_code,
            0);
  auto masked = first;
  for (std::size_t i = 0; i < masked.size(); ++i) {
    if (i % 40 < 3) masked[i] = 0.0F;
  }
  for (const char* crystal : {"x.expt", "x.nxs"}) {
    EXPECT_LT(
        departure(masked, floats(steps + Arguments{"-geometry", "x.nxs", "-crystal", crystal})),
        1e-4);
  }
  EXPECT_LT(departure(masked, floats(steps + Arguments{"-geometry", "x.nxs"})), 1e-4);
}

TEST_F(Geometry, ComesThroughAPipeToo) {
  space_.write("a.expt", expt(std::string(kPanel) + "}"));
  const Arguments more{"-default_F", "100", "-N", "4", "-oversample", "4", "-quiet"};
  const ProgramResult piped = space_.run_script(
      R"(cat a.expt | "$0" -geometry /dev/stdin "$@" -floatfile a.bin &&
cat a.expt | "$0" -geometry a.expt -crystal /dev/stdin "$@" -floatfile b.bin)",
      more);
  EXPECT_EQ(piped.exit_code, 0) << piped.errors;
  space_.run_silently(more + Arguments{"-geometry", "a.expt", "-floatfile", "c.bin"});
  EXPECT_TRUE(space_.bytes("a.bin") == space_.bytes("c.bin"));
  EXPECT_TRUE(space_.bytes("b.bin") == space_.bytes("c.bin"));
}

TEST_F(Geometry, OfNxmxIsThatOfTheExposureThatIsChosen) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  const Arguments panel{"-distance", "90", "-detpixels", "40", "-pixel", "0.5", "-lambda", "1.2"};
  const ProgramResult series =
      space_.run(Arguments{"stills", "--images", "3", "--orientations", "random:5", "--wavelength",
                           "uniform:0.01", "--out", "shots.nxs", "--"} +
                 cell_ + panel + Arguments{"-default_F", "100", "-N", "4", "-oversample", "1"});
  ASSERT_EQ(series.exit_code, 0) << series.errors;
  const auto shot = [&](const char* file, const char* number) {
    return floats({"-geometry", file, "-experiment", number});
  };
  const auto third = shot("shots.nxs", "2");
  EXPECT_EQ(floats({"-geometry", "shots.nxs"}), shot("shots.nxs", "0"));
  EXPECT_GT(departure(third, shot("shots.nxs", "0")), 0.1);
  EXPECT_LT(departure(third, shot("shots.expt", "2")), 1e-4);
  expect_refused({"-geometry", "shots.nxs", "-experiment", "3", "-default_F", "1"}, 2,
                 "-experiment 3 (there are 3 exposures)");
  ASSERT_EQ(space_.run(cell_ + panel + Arguments{"-default_F", "100", "-quiet", "-out", "one.nxs"})
                .exit_code,
            0);
  EXPECT_EQ(floats({"-geometry", "one.nxs"}), shot("one.nxs", "0"));
  expect_refused({"-geometry", "one.nxs", "-experiment", "1", "-default_F", "1"}, 2,
                 "-experiment 1 (there is one exposure)");
}

TEST_F(Geometry, OfAnSmvHeaderIsThatOfImg) {
  const Arguments panel{"-distance", "90", "-detpixels", "40", "-pixel", "0.5", "-lambda", "1.2",
                        "-Xbeam",    "9",  "-Ybeam",     "11", "-phi",   "10",  "-osc",    "0.5"};
  const auto first = floats(cell_ + panel);
  const auto header = space_.bytes("intimage.img");
  space_.write("header.img", header);
  const auto by_img = floats(cell_ + Arguments{"-img", "header.img"});
  EXPECT_EQ(by_img.size(), first.size());
  EXPECT_LT(departure(first, by_img), 1e-5);
  EXPECT_EQ(by_img, floats(cell_ + Arguments{"-geometry", "header.img"}));
  // Whatever convention the flags were in, -out writes what -img reads.
  const ProgramResult written = space_.run(
      cell_ + panel + Arguments{"-denzo", "-default_F", "100", "-quiet", "-out", "x.img"});
  ASSERT_EQ(written.exit_code, 0) << written.errors;
  EXPECT_LT(departure(floats(cell_ + panel + Arguments{"-denzo"}),
                      floats(cell_ + Arguments{"-geometry", "x.img"})),
            1e-5);
  expect_refused({"-geometry", "header.img", "-img", "header.img", "-default_F", "1"}, 2,
                 "-img with -geometry of an SMV file");
  expect_refused({"-geometry", "header.img", "-experiment", "1", "-default_F", "1"}, 2,
                 "-experiment with 'header.img'");
  expect_refused({"-geometry", "header.img", "-crystal", "header.img", "-default_F", "1"}, 1,
                 "header.img: no orientation");
}

TEST_F(Geometry, OfNxmxKeepsThePanelsAndTheirOrder) {
  if (!io::find_format("x.nxs")->write) GTEST_SKIP() << "built without HDF5: libhdf5-dev";
  // Twelve panels, so that the names of their modules do not stand in the order of the alphabet.
  std::string panels;
  for (int i = 0; i < 12; ++i) {
    panels += std::string(i == 0 ? "" : ",") +
              R"({"fast_axis": [1, 0, 0], "slow_axis": [0, -0.8, -0.6], "origin": [-11, )" +
              std::to_string(12 - 2 * i) + ", " + std::to_string(-90 - i) +
              R"(], "image_size": [)" + std::to_string(40 - i) +
              R"(, 4], "pixel_size": [0.5, 0.5]})";
  }
  space_.write("twelve.expt", expt(panels));
  const auto first = floats(cell_ + Arguments{"-geometry", "twelve.expt"});
  ASSERT_EQ(space_
                .run(cell_ + Arguments{"-geometry", "twelve.expt", "-default_F", "1", "-quiet",
                                       "-out", "x.nxs"})
                .exit_code,
            0);
  const auto again = floats(cell_ + Arguments{"-geometry", "x.nxs"});
  EXPECT_EQ(again.size(), 12u * 4u * 40u);
  EXPECT_LT(departure(first, again), 1e-6);
  // The signature of HDF5, and nothing else.
  space_.write("x.nxs", space_.bytes("x.nxs").substr(0, 64));
  expect_refused({"-geometry", "x.nxs", "-default_F", "1"}, 1, "HDF5 cannot open 'x.nxs'");
}

TEST_F(Geometry, OfGroupsIsThatOfTheirFrames) {
  space_.write("flat.expt", expt(std::string(kPanel) + "}"));
  // The same panel in a group that is turned a quarter about the spindle and moved.
  space_.write("deep.expt", expt(R"({"fast_axis": [1, 0, 0], "slow_axis": [0, -0.6, 0.8],
        "origin": [-12, -89, -14], "image_size": [40, 30], "pixel_size": [0.5, 0.5]})",
                                 R"(, "hierarchy": {"fast_axis": [1, 0, 0], "slow_axis": [0, 0, 1],
        "origin": [0, 0, 0], "children": [{"fast_axis": [1, 0, 0], "slow_axis": [0, 1, 0],
        "origin": [1, -1, 2], "children": [{"panel": 0}]}]})"));
  const auto flat = floats(cell_ + Arguments{"-geometry", "flat.expt"});
  EXPECT_LT(departure(flat, floats(cell_ + Arguments{"-geometry", "deep.expt"})), 1e-6);
}

TEST_F(Geometry, OfSeveralPanelsStacksTheirImages) {
  space_.write("one.expt", expt(std::string(kPanel) + "}"));
  // The upper 12 rows, and the 18 below them without their last five columns.
  space_.write("two.expt", expt(R"({"fast_axis": [1, 0, 0], "slow_axis": [0, -0.8, -0.6],
        "origin": [-11, 12, -90], "image_size": [40, 12], "pixel_size": [0.5, 0.5]},
        {"fast_axis": [1, 0, 0], "slow_axis": [0, -0.8, -0.6],
        "origin": [-11, 7.2, -93.6], "image_size": [35, 18], "pixel_size": [0.5, 0.5]})"));
  auto one = floats(cell_ + Arguments{"-geometry", "one.expt"});
  for (std::size_t row = 12; row < 30; ++row) {
    for (std::size_t fast = 35; fast < 40; ++fast) one[row * 40 + fast] = 0.0F;
  }
  const Arguments two{"-geometry", "two.expt"};
  EXPECT_LT(departure(one, floats(cell_ + two)), 1e-6);
  for (const char* kernel : {"reference", "simd", "sparse"}) {
    EXPECT_LT(departure(one, floats(cell_ + two + Arguments{"-kernel", kernel})), 1e-3) << kernel;
  }
  // A region reaches over both, and a pixel below the first is one of the second.
  auto part = floats(cell_ + two + Arguments{"-roi", "3", "36", "10", "20"});
  for (std::size_t i = 0; i < one.size(); ++i) {
    const bool inside = i / 40 >= 10 && i / 40 <= 20 && i % 40 >= 3 && i % 40 <= 36;
    if (!inside) one[i] = 0.0F;
  }
  EXPECT_LT(departure(one, part), 1e-6);
  const ProgramResult trace = space_.run(cell_ + two +
                                         Arguments{"-default_F", "100", "-N", "4", "-oversample",
                                                   "1", "-quiet", "-trace_pixel", "15", "7"});
  EXPECT_THAT(trace.output, HasSubstr("tracing pixel (spixel=15, fpixel=7)"));
  const std::string key = "floatimage_accumulated ";
  const double shown =
      std::strtod(trace.output.c_str() + trace.output.find(key) + key.size(), nullptr);
  EXPECT_NEAR(shown, static_cast<double>(one[15 * 40 + 7]), 1e-5 * shown);
  expect_refused(cell_ + two + Arguments{"-default_F", "1", "-trace_pixel", "15", "37"}, 1,
                 "is beside a narrow panel");
}

TEST_F(Geometry, MasksWhatTheFileCallsBad) {
  space_.write("bad.expt", expt(std::string(kPanel) + R"(, "mask": [[5, 6, 10, 8]]})"));
  space_.write("good.expt", expt(std::string(kPanel) + "}"));
  auto good = floats(cell_ + Arguments{"-geometry", "good.expt"});
  for (std::size_t slow = 6; slow < 8; ++slow) {
    for (std::size_t fast = 5; fast < 10; ++fast) good[slow * 40 + fast] = 0.0F;
  }
  EXPECT_EQ(floats(cell_ + Arguments{"-geometry", "bad.expt"}), good);
}

TEST_F(Geometry, TakesTheCrystalOfTheFileWhereNoFlagGivesOne) {
  space_.write("one.expt", expt(std::string(kPanel) + "}"));
  // Its a is along the spindle (z here), b along y, c against the beam.
  space_.write("a.mat", "0 0 -0.01875\n0 0.02142857142857143 0\n0.025 0 0\n");
  const auto by_matrix =
      floats(Arguments{"-mat", "a.mat"} + kByFlags + Arguments{"-phi", "10", "-osc", "0.5"});
  EXPECT_LT(departure(by_matrix, floats({"-geometry", "one.expt"})), 1e-5);
  const Arguments flags = kByFlags + Arguments{"-phi", "10", "-osc", "0.5"};
  EXPECT_LT(departure(by_matrix, floats(flags + Arguments{"-crystal", "one.expt"})), 1e-5);
  EXPECT_LT(departure(by_matrix, floats(flags + Arguments{"-crystal", "a.mat"})), 1e-7);
  space_.write("ub.txt", "0 0 -0.0125\n0 0.0142857142857142857 0\n0.016666666666666667 0 0\n");
  EXPECT_LT(departure(by_matrix, floats(flags + Arguments{"-crystal", "ub.txt"})), 1e-5);
}

TEST_F(Geometry, IsRepeatedByTheShownConfiguration) {
  space_.write("one.expt", expt(std::string(kPanel) + "}"));
  const Arguments run{"-geometry", "one.expt", "-default_F", "100",    "-N",          "4",
                      "-nopgm",    "-nonoise", "-kernel",    "scalar", "-oversample", "1"};
  const ProgramResult shown = space_.run(run + Arguments{"-show_config"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  space_.write("again.toml", shown.output);
  const auto first = floats({"-geometry", "one.expt"});
  const ProgramResult again = space_.run({"-config", "again.toml", "-quiet"});
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(read_floats(space_.path() / "floatimage.bin"), first);
}

TEST_F(Geometry, SaysWhereTheFileHasNoWavelength) {
  space_.write("one.geom",
               "photon_energy = /LCLS/photon_energy_eV\nres = 2000\nclen = 0.08\n"
               "a/min_fs = 0\na/max_fs = 39\na/min_ss = 0\na/max_ss = 29\n"
               "a/corner_x = 22\na/corner_y = 24\na/fs = -x\na/ss = -y\n");
  const Arguments run = cell_ + Arguments{"-geometry", "one.geom", "-default_F", "9", "-quiet"};
  EXPECT_THAT(space_.run(run).errors, HasSubstr("one.geom has no wavelength: taking 1 Å"));
  EXPECT_THAT(space_.run(run + Arguments{"-lambda", "1.2"}).errors,
              testing::Not(HasSubstr("no wavelength")));
}

TEST_F(Geometry, RefusesWhatCannotBeMeant) {
  space_.write("one.expt", expt(std::string(kPanel) + "}"));
  const Arguments base = cell_ + Arguments{"-default_F", "1"};
  const Arguments with = base + Arguments{"-geometry", "one.expt"};
  expect_refused(with + Arguments{"-distance", "100"}, 2, "-distance with -geometry");
  expect_refused(with + Arguments{"-compat", "reference"}, 2, "-compat reference with -geometry");
  expect_refused(with + Arguments{"-experiment", "1"}, 2, "-experiment 1 (there are 1)");
  expect_refused(base + Arguments{"-experiment", "0"}, 2, "-experiment without -geometry");
  expect_refused(with + Arguments{"-crystal", "one.expt", "-mat", "a.mat"}, 2,
                 "both -crystal and -mat");
  std::string several = expt(std::string(kPanel) + "}");
  several.replace(several.find("[{\"beam\""), 1, "[{\"beam\": 0, \"detector\": 0}, ");
  space_.write("several.expt", several);
  expect_refused(base + Arguments{"-geometry", "several.expt"}, 2, "2 experiments in one file");
  EXPECT_EQ(space_.run(base + Arguments{"-geometry", "several.expt", "-experiment", "1"}).exit_code,
            0);
  space_.write("broken.expt", "{\"experiment\": ");
  expect_refused(base + Arguments{"-geometry", "broken.expt"}, 1, "not JSON");
  space_.write("empty.geom", "; nothing\n");
  expect_refused(base + Arguments{"-geometry", "empty.geom"}, 1, "no panels");
  expect_refused(base + Arguments{"-geometry", "nowhere"}, 1, "nowhere");
}

TEST_F(Geometry, SpectrumIsThatOfSources) {
  space_.write("s.txt", "wavelength, weight\n1.5, 3 # the middle\n8000 1\n");
  space_.write("sources.txt", "-10 0 0 3 1.5e-10\n-10 0 0 1 1.5498025e-10\n");
  const Arguments scene = cell_ + Arguments{"-distance", "90", "-detpixels", "30", "-pixel", "1"};
  const auto spectrum = floats(scene + Arguments{"-spectrum", "s.txt"});
  // What the reference does with weights is beside the point: it has no spectra.
  space_.run_silently(scene +
                      Arguments{"-default_F", "100", "-oversample", "2", "-spectrum", "s.txt"});
  const auto sources =
      floats(scene + Arguments{"-sourcefile", "sources.txt", "-lambda", "1.512450625"});
  EXPECT_LT(departure(spectrum, sources), 1e-5);
  const Arguments base = scene + Arguments{"-default_F", "100", "-spectrum", "s.txt"};
  expect_refused(base + Arguments{"-dispersion", "1"}, 2, "-spectrum with -sourcefile or -disp");
  expect_refused(base + Arguments{"-compat", "reference"}, 2, "-spectrum with -compat reference");
  space_.write("s.txt", "1.5 1\n1.6 -1\n");
  expect_refused(base, 1, "s.txt:2: negative weight");
  space_.write("s.txt", "1.5 0\n");
  expect_refused(base, 1, "a spectrum without weight");
}

}  // namespace
}  // namespace nanobragg::test

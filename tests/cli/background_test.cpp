// Amorphous scattering from the command line: against what nonBragg computed, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

#include "cli/workspace.hpp"
#include "nanobragg/physics/amorphous.hpp"
#include "nanobragg/physics/materials/materials.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kRealism = fs::path(NANOBRAGG_SHARED) / "realism";

Arguments words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

std::vector<float> floats(const Workspace& workspace, const std::string& name) {
  const std::string bytes = workspace.bytes(name);
  std::vector<float> image(bytes.size() / sizeof(float));
  std::memcpy(image.data(), bytes.data(), bytes.size());
  return image;
}

// A run of nonBragg: its words, and the numbers that it gave.
struct Measured {
  Arguments words;
  double max = 0.0, mean = 0.0, sum = 0.0;
  std::vector<std::array<double, 3>> pixels;  // slow, fast, value
};

// "(0,64)=45755.76" of an image of `size` pixels.
std::array<double, 3> pixel_of(const std::string& text) {
  std::array<double, 3> pixel{};
  std::sscanf(text.c_str(), "(%lf,%lf)=%lf", &pixel[0], &pixel[1], &pixel[2]);
  return pixel;
}

std::map<std::string, Measured> measured_runs() {
  std::map<std::string, Measured> runs;
  std::ifstream file(kRealism / "nonbragg_values.txt");
  for (std::string line; std::getline(file, line);) {
    Arguments words = words_of(line);
    if (words.size() < 3 || words[0][0] != 'w') continue;
    const std::string name = words[0].substr(0, 2);
    if (words[1] == "nonBragg") {
      runs[name].words = {words.begin() + 2, words.end()};
      continue;
    }
    Measured& run = runs[name];
    run.max = std::stod(words.at(2));
    run.mean = std::stod(words.at(4));
    run.sum = std::stod(words.at(6));
    for (std::size_t i = 7; i < words.size(); ++i) run.pixels.push_back(pixel_of(words[i]));
  }
  return runs;
}

// The image of a run, with the tables where they stand.
std::vector<float> image_of(const Workspace& workspace, const Measured& run) {
  Arguments words = run.words;
  for (std::string& word : words) {
    if (word.ends_with(".stol")) word = (kRealism / word).string();
  }
  const ProgramResult result =
      workspace.run(Arguments{"background"} + words +
                    Arguments{"-floatfile", "x.bin", "-nonoise", "-nopgm", "-quiet"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return floats(workspace, "x.bin");
}

// Printed numbers have seven digits.
constexpr double kAgreement = 1e-5;

TEST(Background, AgreesWithNonBragg) {
  if (!fs::exists(kRealism)) GTEST_SKIP() << kRealism << " is absent";
  const Workspace workspace;
  const auto runs = measured_runs();
  EXPECT_EQ(runs.size(), 8U);
  for (const auto& [name, run] : runs) {
    SCOPED_TRACE(name);
    const std::vector<float> image = image_of(workspace, run);
    const auto width = static_cast<std::size_t>(std::lround(std::sqrt(image.size())));
    double sum = 0.0, largest = 0.0;
    for (const float x : image) {
      sum += x;
      largest = std::max<double>(largest, x);
    }
    EXPECT_NEAR(largest / run.max, 1.0, kAgreement);
    EXPECT_NEAR(sum / run.sum, 1.0, kAgreement);
    EXPECT_NEAR(sum / static_cast<double>(image.size()) / run.mean, 1.0, kAgreement);
    ASSERT_EQ(run.pixels.size(), 5U);
    for (const auto& [slow, fast, value] : run.pixels) {
      const std::size_t place =
          static_cast<std::size_t>(slow) * width + static_cast<std::size_t>(fast);
      EXPECT_NEAR(image.at(place) / value, 1.0, kAgreement) << slow << "," << fast;
    }
  }
}

TEST(Background, AgreesWithNonBraggsRadialMeans) {
  if (!fs::exists(kRealism)) GTEST_SKIP() << kRealism << " is absent";
  const Workspace workspace;
  const auto runs = measured_runs();
  const std::array names{"w1", "w2", "w3", "w5"};
  std::vector<std::vector<float>> images;
  for (const char* name : names) images.push_back(image_of(workspace, runs.at(name)));
  // As the file says: bins of 2 mm about the direct beam.
  constexpr double kPixel = 0.8, kFast = 50.8, kSlow = 51.6, kBin = 2.0;
  constexpr std::size_t kWidth = 128;
  std::map<std::size_t, std::array<double, 5>> bins;  // count, then a sum for each image
  for (std::size_t i = 0; i < kWidth * kWidth; ++i) {
    const double fast = (static_cast<double>(i % kWidth) + 0.5) * kPixel - kFast;
    const double slow = (static_cast<double>(i / kWidth) + 0.5) * kPixel - kSlow;
    auto& bin = bins[static_cast<std::size_t>(std::hypot(fast, slow) / kBin)];
    bin[0] += 1.0;
    for (std::size_t k = 0; k < images.size(); ++k) bin.at(k + 1) += images[k][i];
  }
  std::ifstream file(kRealism / "nonbragg_radial.txt");
  std::size_t compared = 0;
  for (std::string line; std::getline(file, line);) {
    const Arguments words = words_of(line);
    if (words.size() != 6 || words[0] == "#") continue;
    const auto& bin = bins.at(static_cast<std::size_t>(std::stod(words[0]) / kBin));
    EXPECT_EQ(bin[0], std::stod(words[1])) << words[0];
    for (std::size_t k = 0; k < images.size(); ++k) {
      EXPECT_NEAR(bin.at(k + 1) / bin[0] / std::stod(words[k + 2]), 1.0, kAgreement)
          << words[0] << " of " << names.at(k);
    }
    ++compared;
  }
  EXPECT_GT(compared, 20U);
}

// A table that is 3 everywhere.
constexpr const char* kConstant = "0 3\n0.5 3\n1 3\n1.5 3\n";

// An image of 3 × 3 pixels of 1 mm, the beam in the middle of the second.
Arguments tiny(const std::string& distance) {
  return {"-detpixels", "3",         "-pixel",   "1",          "-lambda", "1",
          "-distance",  distance,    "-Xbeam",   "1.5",        "-Ybeam",  "1.5",
          "-adxv",      "-nopolar",  "-nonoise", "-nopgm",     "-quiet",  "-flux",
          "1e12",       "-beamsize", "0.05",     "-floatfile", "x.bin"};
}

double middle_of(const Workspace& workspace, const Arguments& more,
                 const std::string& distance = "100") {
  const ProgramResult result = workspace.run(Arguments{"background"} + tiny(distance) + more);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return floats(workspace, "x.bin").at(4);
}

TEST(Background, OfAConstantTableFollowsFromTheFormula) {
  const Workspace workspace;
  workspace.write("c.stol", kConstant);
  const Arguments run{"-background", "c.stol:2mm:0.5:40", "-background_oversample", "1"};
  const double photons = middle_of(workspace, run);
  // F² r_e² · flux · thickness · density N_A/M · solid angle of 1 mm² at 100 mm.
  const double expected =
      9.0 * 7.94079248018965e-30 * 1e12 * 2e-3 * (500.0 / 40e-3 * 6.02214179e23) * 1e-4;
  EXPECT_NEAR(photons / expected, 1.0, 1e-6);
  // The same photons, whatever the size of the beam that carries them.
  EXPECT_NEAR(middle_of(workspace, run + Arguments{"-beamsize", "0.2"}) / expected, 1.0, 1e-6);
  EXPECT_NEAR(middle_of(workspace, run + Arguments{"-exposure", "0.1"}) / expected, 0.1, 1e-7);
  EXPECT_NEAR(middle_of(workspace, run, "200") / expected, 0.25, 1e-6);
  const Arguments thick{"-background", "c.stol:6mm:0.5:40", "-background_oversample", "1"};
  EXPECT_NEAR(middle_of(workspace, thick) / expected, 3.0, 1e-6);
}

// All pixels of a ring together, against the integral over its angles of what a molecule scatters.
TEST(Background, OfWaterHoldsTheLightOfItsRing) {
  const Workspace workspace;
  constexpr double kDistance = 100.0, kPixel = 0.25, kWidth = 400.0;
  const ProgramResult result = workspace.run(words_of(
      "background -background water:1mm -detpixels 400 -pixel 0.25 -lambda 1 -distance 100 -adxv "
      "-Xbeam 50 -Ybeam 50 -flux 1e12 -floatfile x.bin -nonoise -nopgm -quiet"));
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const std::vector<float> image = floats(workspace, "x.bin");
  // 1/d from 0.29 to 0.33 Å⁻¹.
  const auto radius = [&](double per_d) {
    return kDistance * std::tan(2.0 * std::asin(per_d / 2.0));
  };
  const double inner = radius(0.29), outer = radius(0.33);
  double sum = 0.0;
  for (std::size_t i = 0; i < image.size(); ++i) {
    const double x = (std::fmod(static_cast<double>(i), kWidth) + 0.5) * kPixel - 50.0;
    const double y = (std::floor(static_cast<double>(i) / kWidth) + 0.5) * kPixel - 50.0;
    const double r = std::hypot(x, y);
    if (r >= inner && r < outer) sum += image[i];
  }
  const AmorphousMaterial water = physics::find_material("water");
  double expected = 0.0;
  constexpr int kSteps = 1000;
  for (int i = 0; i < kSteps; ++i) {
    const double per_d = 0.29 + 0.04 * (i + 0.5) / kSteps;
    const double theta = std::asin(per_d / 2.0);
    const double angle = 2.0 * theta;
    const double f = physics::amplitude_at(*water.table, per_d / 2.0).value;
    // Unpolarised; dΩ = 2π sin 2θ d(2θ), and d(1/d) = cos θ d(2θ) at 1 Å.
    expected += f * f * (1.0 + std::pow(std::cos(angle), 2)) / 2.0 * 2.0 * std::numbers::pi *
                std::sin(angle) / std::cos(theta) * 0.04 / kSteps;
  }
  expected *= 7.94079248018965e-30 * 1e12 * 1e-3 * 997.0 / 18.0153e-3 * 6.02214179e23;
  EXPECT_NEAR(sum / expected, 1.0, 0.01);
}

TEST(Background, HasTheDerivativesOfItsImage) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(
      words_of("gradcheck --pixels 200 --parameters "
               "background[0].thickness,background[1].thickness,wavelength,bandwidth,distance,"
               "kahn_factor,fluence --") +
      small_run() +
      words_of("-distance 60 -background water:50um -background air:3cm -dispersion 1 -dispsteps 3 "
               "-polar 0.5 -flux 1e12 -background_oversample 2"));
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("all derivatives agree"));
  EXPECT_THAT(result.output, testing::Not(HasSubstr("no effect")));
}

TEST(Background, OfSeveralSlabsAddsUp) {
  const Workspace workspace;
  const Arguments water{"-background", "water:50um"}, air{"-background", "air:20cm"};
  const double sum = middle_of(workspace, water) + middle_of(workspace, air);
  EXPECT_NEAR(middle_of(workspace, water + air) / sum, 1.0, 1e-6);
  EXPECT_NEAR(middle_of(workspace, air + air) / middle_of(workspace, air), 2.0, 1e-6);
}

TEST(Background, TakesInComptonScatteringWhereAsked) {
  const Workspace workspace;
  // In the direct beam no electron scatters incoherently, far from it most do.
  const Arguments helium{"-background", "helium:1m", "-background_oversample", "1"};
  const Arguments far{"-Xbeam", "-150", "-Ybeam", "1.5"};
  const double near_beam = middle_of(workspace, helium);
  EXPECT_NEAR(middle_of(workspace, helium + Arguments{"-compton"}) / near_beam, 1.0, 1e-4);
  const double coherent = middle_of(workspace, helium + far);
  const double both = middle_of(workspace, helium + far + Arguments{"-compton"});
  // At 56° sin θ/λ is 0.47 Å⁻¹.
  const double stol = std::sin(std::atan(151.5 / 100.0) / 2.0);
  const double f = physics::kHelium.at(stol);
  const double expected = 1.0 + physics::kHeliumIncoherent.at(stol) / (f * f);
  EXPECT_NEAR(both / coherent / expected, 1.0, 1e-3);
  const ProgramResult unused = workspace.run(small_run() + Arguments{"-compton"});
  EXPECT_THAT(unused.errors, HasSubstr("-compton is not used"));
}

TEST(Background, SaysTheNumberOfMoleculesInEitherWay) {
  const Workspace workspace;
  workspace.write("c.stol", kConstant);
  // A cube of the beam's size.
  const double by_size = middle_of(workspace, {"-stol", "c.stol", "-samplesize", "0.05"});
  const double molecules = std::pow(0.05e-3, 3) * 1000.0 / 18e-3 * 6.02214179e23;
  const double by_number =
      middle_of(workspace, {"-stol", "c.stol", "-molecules", std::to_string(molecules)});
  EXPECT_NEAR(by_number / by_size, 1.0, 1e-6);
  // The beam clips a wider sample, and a narrower one is met in part.
  EXPECT_NEAR(middle_of(workspace, {"-stol", "c.stol", "-thick", "0.05", "-width", "1"}) / by_size,
              1.0, 1e-6);
  EXPECT_NEAR(
      middle_of(workspace, {"-stol", "c.stol", "-thick", "0.05", "-height", "0.01"}) / by_size, 0.2,
      1e-6);
}

TEST(Background, BesideACrystalIsThatAlone) {
  const Workspace workspace;
  const Arguments slab{"-background", "water:50um", "-background_oversample", "2"};
  const Arguments more{"-flux", "1e12", "-beamsize", "0.1"};
  const auto image = [&](const Arguments& words) {
    const ProgramResult result =
        workspace.run(words + more + Arguments{"-floatfile", "x.bin", "-quiet"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return floats(workspace, "x.bin");
  };
  const auto crystal = image(small_run());
  const auto both = image(small_run() + slab);
  const auto reference = image(small_run() + slab + Arguments{"-compat", "reference"});
  const auto nothing = image(small_run() + Arguments{"-compat", "reference"});
  double largest = 0.0;
  for (std::size_t i = 0; i < both.size(); ++i) {
    const double added = both[i] - crystal[i];
    EXPECT_NEAR(added, reference[i] - nothing[i], 1e-5 * both[i] + 1e-5 * added);
    largest = std::max(largest, added);
  }
  EXPECT_GT(largest, 0.0);
}

TEST(Background, IsRepeatedByItsConfigurationAndItsExperiment) {
  const Workspace workspace;
  workspace.write("c.stol", kConstant);
  const Arguments run =
      small_run() + Arguments{"-background", "water:50um", "-background", "c.stol:1mm:1:18",
                              "-psf",        "fiber",      "-psf_fwhm",   "80",
                              "-lattice",    "0,0,0:3",    "-lattice",    "0,0,1",
                              "-quiet"};
  workspace.run(run + Arguments{"-floatfile", "a.bin", "-out", "a.json"});
  workspace.write("a.toml", workspace.run(run + Arguments{"-show_config"}).output);
  workspace.run({"-config", "a.toml", "-floatfile", "b.bin", "-quiet"});
  workspace.run({"-experiment_file", "a.json", "-floatfile", "c.bin", "-quiet"});
  EXPECT_EQ(workspace.bytes("a.bin"), workspace.bytes("b.bin"));
  EXPECT_EQ(workspace.bytes("a.bin"), workspace.bytes("c.bin"));
  workspace.run({"-experiment_file", "a.json", "-psf_fwhm", "0", "-background", "water:0um",
                 "-lattice", "0,0,0", "-floatfile", "d.bin", "-quiet"});
  workspace.run(small_run() + Arguments{"-floatfile", "e.bin", "-quiet"});
  EXPECT_EQ(workspace.bytes("d.bin"), workspace.bytes("e.bin"));
}

TEST(Background, SaysWhatIsTakenBeyondATable) {
  const Workspace workspace;
  workspace.write("short.stol", "0.05 3\n0.06 3\n0.07 3\n0.08 2.5\n");
  const Arguments run{"background", "-background", "short.stol:1mm:1:18", "-distance", "50",
                      "-detpixels", "300"};
  const ProgramResult result = workspace.run(run);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors,
              HasSubstr("the table of short.stol ends inside the image, at sin θ/λ = "
                        "0.08 Å⁻¹ (6.25 Å): beyond it its last amplitude, 2.5 "
                        "electrons, is taken"));
  EXPECT_THAT(result.errors, HasSubstr("the table of short.stol begins at sin θ/λ = 0.05 Å⁻¹"));
  EXPECT_THAT(result.errors, HasSubstr("from a beam of 0.1 × 0.1 mm, as no -beamsize is given"));
}

TEST(Background, ATableWithoutAThicknessIsSaidToBeUnused) {
  const Workspace workspace;
  const ProgramResult result = workspace.run(small_run() + Arguments{"-stol", "absent.stol"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("-stol absent.stol is not used: no thickness is given"));
}

struct Refusal {
  const char* words;
  int exit_code;
  const char* message;
};

TEST(Background, RefusesWhatCannotBe) {
  const Workspace workspace;
  workspace.write("c.stol", kConstant);
  workspace.write("unsorted.stol", "0 1\n0.2 1\n0.1 1\n0.3 1\n");
  const auto before = workspace.files();
  for (const auto& [words, exit_code, message] : {
           Refusal{"-background watr:50um", 2, "did you mean 'water'?"},
           {"-background water:-5um", 2, "not MATERIAL:LENGTH"},
           {"-background water:50", 2, "not MATERIAL:LENGTH"},
           {"-background water:50um:-1", 2, "is no density"},
           {"-background water:50um:1:18", 2, "with a molar mass"},
           {"-background c.stol:1mm", 2, "without density and molar mass"},
           {"-background unsorted.stol:1mm:1:18", 1, "unsorted.stol:3: 0.1 after 0.2"},
           {"-background absent.stol:1mm:1:18", 1, "absent.stol"},
           {"-background c.txt:1mm:1:18", 2, "does not say what its first column is"},
           {"-background stol:1mm", 2, "without a table"},
           {"-stol c.stol -Q c.stol -background stol:1mm", 2, "both -stol and -Q"},
           {"-stol c.stol -background stol:1mm -density -1", 2, "out of range"},
           {"-background water:1mm -beamsize 0", 2, "a beam of size 0"},
           {"-psf_fwhm 100", 2, "-psf_fwhm without -psf"},
           {"-psf gaus -psf_fwhm 100", 2, "did you mean 'gauss'?"},
           {"-lattice 0,0", 2, "not X,Y,Z"},
           {"-lattice 0,0,0:0 -lattice 0,0,1:0", 2, "total weight 0"},
           {"-lattice 0,0,0:-1", 2, "not X,Y,Z"},
       }) {
    SCOPED_TRACE(words);
    const ProgramResult result = workspace.run(small_run() + words_of(words));
    EXPECT_EQ(result.exit_code, exit_code);
    EXPECT_THAT(result.errors, HasSubstr(message));
  }
  EXPECT_EQ(workspace.run({"background", "-distance", "100"}).exit_code, 2);
  EXPECT_EQ(workspace.run({"background", "-thick", "1"}).exit_code, 2);
  workspace.expect_unchanged(before);
}

TEST(Background, MaterialsAreListed) {
  const Workspace workspace;
  const ProgramResult result = workspace.run({"materials"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.output, HasSubstr("polyimide"));
  EXPECT_EQ(count_of("\n", result.output), 13U);
}

}  // namespace
}  // namespace nanobragg::test

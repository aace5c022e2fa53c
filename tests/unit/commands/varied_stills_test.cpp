// Stills whose numbers scatter, and what their labels say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "nanobragg/base/error.hpp"
#include "nanobragg/commands/series/stills.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/io/files/file.hpp"
#include "nanobragg/plan/parameters.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::commands {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

config::Settings settings() {
  const std::vector<std::string> flags = {
      "-cell", "60",         "70", "80",       "-default_F", "50",          "-N",
      "6",     "-detpixels", "40", "-fluence", "1e28",       "-oversample", "1"};
  return config::parse_arguments(flags).settings;
}

TEST(Stills, VaryAnyNumberOfTheExperiment) {
  const StillsOptions options{
      .out = "x_#.tif",
      .vary = {"distance=range:90,110", "N=offset:0.1", "cell_a=list:61,62"},
      .lattices = "2-3"};
  const auto of = [&](const StillsOptions& with, std::size_t i) {
    return make_stills(settings(), with).shot(i).experiment;
  };
  std::vector<double> distances;
  for (std::size_t i = 0; i < 30; ++i) {
    const Experiment e = of(options, i);
    const auto values = plan::values_of(e);
    distances.push_back(values[plan::ParameterId::distance]);
    EXPECT_GE(distances.back(), 0.09);
    EXPECT_LE(distances.back(), 0.11);
    EXPECT_NE(e.crystal->cells[0], e.crystal->cells[1]) << "one draw for each";
    EXPECT_NEAR(e.crystal->cells[0], 6.0, 0.6);
    const double a = values[plan::ParameterId::cell_a];
    EXPECT_TRUE(std::abs(a - 61.0) < 1e-9 || std::abs(a - 62.0) < 1e-9) << a;
    EXPECT_TRUE(e.lattices.size() == 2 || e.lattices.size() == 3);
  }
  EXPECT_GT(std::ranges::max(distances) - std::ranges::min(distances), 0.01);
  // One of them changes nothing of the others.
  StillsOptions more = options;
  more.vary.emplace_back("b_factor=range:1,2");
  EXPECT_EQ(plan::values_of(of(more, 3))[plan::ParameterId::distance], distances[3]);
  EXPECT_EQ(of(more, 3).crystal->misset_rad, of({.out = "x_#.tif"}, 3).crystal->misset_rad);
  EXPECT_NE(make_stills(settings(), more).identity, make_stills(settings(), options).identity);
}

TEST(Stills, RefuseToVaryWhatTheyHaveNot) {
  const auto refused = [](std::vector<std::string> vary, const char* part) {
    EXPECT_THAT([&] { make_stills(settings(), {.out = "x_#.tif", .vary = vary}).shot(0); },
                ThrowsMessage<Error>(HasSubstr(part)));
  };
  refused({"distance"}, "--vary needs PARAMETER=DIST, found 'distance'");
  refused({"=offset:1"}, "--vary needs PARAMETER=DIST");
  refused({"distanz=offset:1"}, "did you mean 'distance'");
  refused({"distance=offset:1", "distance=offset:2"}, "named twice");
  refused({"cell=offset:1", "cell_b=offset:2"}, "named twice");
  refused({"water=uniform:0.1"}, "--vary water by a factor (the experiment has 0)");
  refused({"background[0].thickness=offset:1"}, "there are 0 slabs");
  refused({"F(1,0,0)=offset:1"}, "is an amplitude");
  refused({"distance=range:-2,-1"}, "image 1: impossible value");
}

TEST(Stills, HaveLabels) {
  const test::TemporaryFolder folder;
  run_series(make_stills(settings(), {.out = (folder / "x_#.tif").string(),
                                      .images = 6,
                                      .vary = {"distance=list:80"},
                                      .lattices = "1-3"}),
             {});
  const std::string table = io::read_file(folder / "x_labels.csv");
  EXPECT_THAT(table, testing::StartsWith("image,file,lattices,a*_x (1/Å),"));
  EXPECT_THAT(table, HasSubstr(",distance (mm),"));
  EXPECT_THAT(table, HasSubstr("\n2,x_3.tif,"));
  EXPECT_EQ(std::ranges::count(table, '\n'), 7);
  // Each line has as many columns as the first, whatever the number of its lattices.
  std::istringstream lines(table);
  std::string line;
  std::set<std::ptrdiff_t> commas;
  while (std::getline(lines, line)) commas.insert(std::ranges::count(line, ','));
  EXPECT_EQ(commas.size(), 1U);
}

}  // namespace
}  // namespace nanobragg::commands

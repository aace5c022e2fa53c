// Every golden case, through the program: reference mode byte for byte, physical mode in numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "golden/case_folder.hpp"
#include "golden/golden_cases.hpp"
#include "nanobragg/base/image.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

namespace fs = std::filesystem;

// The shape that the SMV header of a run declares.
ImageShape shape_of_run(const fs::path& folder) {
  const std::string header = read_bytes(folder / "int.img").substr(0, 512);
  const auto number = [&](const std::string& key) {
    return std::stoul(header.substr(header.find(key) + key.size()));
  };
  return {number("SIZE2="), number("SIZE1=")};
}

std::vector<double> binned(const std::vector<float>& image, ImageShape shape, std::size_t bin) {
  std::vector<double> sums(shape.size() / (bin * bin));
  for (std::size_t slow = 0; slow < shape.slow; ++slow) {
    for (std::size_t fast = 0; fast < shape.fast; ++fast) {
      sums[slow / bin * (shape.fast / bin) + fast / bin] += image[slow * shape.fast + fast];
    }
  }
  return sums;
}

std::vector<double> reference_sum(CaseFolder& folder, const std::vector<ReferenceRun>& runs) {
  std::vector<double> sum;
  for (const ReferenceRun& run : runs) {
    const std::vector<float> image = folder.image(run.arguments, {"-compat", "reference"});
    const std::vector<double> part = binned(image, shape_of_run(folder.path()), run.bin);
    sum.resize(part.size());
    for (std::size_t i = 0; i < part.size(); ++i) sum[i] += run.weight * part[i];
  }
  return sum;
}

std::vector<double> expected_image(CaseFolder& folder, const GoldenCase& golden) {
  if (golden.equals_reference_kernel) {
    const auto image =
        folder.image(golden.physical_arguments, {"-compat", "physical", "-kernel", "reference"});
    return {image.begin(), image.end()};
  }
  if (!golden.equals_sum_of.empty()) return reference_sum(folder, golden.equals_sum_of);
  const auto image = read_floats(golden.folder / "float.bin");
  return {image.begin(), image.end()};
}

class Golden : public testing::TestWithParam<GoldenCase> {};

// Another libm may round a sine differently, which moves a float by one unit in the last place; on
// the libm of the measurement every byte agrees.
TEST_P(Golden, ReferenceModeIsByteIdentical) {
  const GoldenCase& golden = GetParam();
  CaseFolder folder;
  folder.run(golden.arguments, {"-compat", "reference"});
  for (const char* file : kCaseOutputs) {
    const bool expected = fs::exists(golden.folder / file);
    ASSERT_EQ(fs::exists(folder.path() / file), expected) << file;
    if (!expected) continue;
    EXPECT_TRUE(read_bytes(folder.path() / file) == read_bytes(golden.folder / file)) << file;
  }
}

// The reference with its authors' three unmerged fixes: another image where the folder holds one.
TEST_P(Golden, OracleModeIsByteIdentical) {
  const GoldenCase& golden = GetParam();
  CaseFolder folder;
  folder.run(golden.arguments, {"-compat", "oracle"});
  const fs::path other = golden.folder / "oracle.bin";
  const fs::path expected = fs::exists(other) ? other : golden.folder / "float.bin";
  EXPECT_TRUE(read_bytes(folder.path() / "float.bin") == read_bytes(expected));
}

TEST_P(Golden, PhysicalModeGivesTheExpectedPhotons) {
  const GoldenCase& golden = GetParam();
  CaseFolder folder;
  const std::vector<float> image =
      folder.image(golden.physical_arguments, {"-compat", "physical", "-kernel", "scalar"});
  const std::vector<double> expected = expected_image(folder, golden);
  ASSERT_EQ(image.size(), expected.size());
  const double maximum = *std::ranges::max_element(expected);
  for (std::size_t i = 0; i < image.size(); ++i) {
    ASSERT_NEAR(image[i], expected[i], golden.tolerance * maximum) << "pixel " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(AllCases, Golden, testing::ValuesIn(golden_cases()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace nanobragg::test

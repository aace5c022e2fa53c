// The golden cases as data: a case is a folder, and adding one takes no code.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace nanobragg::test {

// One run of the reference mode that an expectation is made of.
struct ReferenceRun {
  std::vector<std::string> arguments;
  double weight = 1.0;  // factor of this run's image in the sum
  std::size_t bin = 1;  // blocks of bin × bin pixels are added up first
};

struct GoldenCase {
  std::string name;
  std::filesystem::path folder;
  std::vector<std::string> arguments;

  // What physical mode must give. Without an expectation.json: the golden image itself.
  bool has_expectation = false;
  std::vector<std::string> physical_arguments;  // by default the same
  std::vector<ReferenceRun> equals_sum_of;      // images of the reference mode
  bool equals_reference_kernel = false;         // two independent kernels in physical mode
  double tolerance = 1e-6;                      // of the image's maximum
};

// For the messages of tests.
void PrintTo(const GoldenCase& golden, std::ostream* out);

// All cases, sorted by name.
std::vector<GoldenCase> golden_cases();

}  // namespace nanobragg::test

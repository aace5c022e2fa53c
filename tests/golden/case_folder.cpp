// Runs the program with the inputs of the golden cases beside it.
#include "golden/case_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/program.hpp"

namespace nanobragg::test {

namespace fs = std::filesystem;

CaseFolder::CaseFolder() {
  for (const auto& file : fs::directory_iterator(fs::path(NANOBRAGG_TEST_DATA) / "golden/inputs")) {
    fs::copy(file, path());
  }
}

std::string CaseFolder::run(std::vector<std::string> arguments,
                            const std::vector<std::string>& more) {
  // As the golden cases were measured; an earlier run's cache must not stand in for -hkl.
  fs::remove(path() / "Fdump.bin");
  for (const char* word : {"-floatfile", "float.bin", "-intfile", "int.img", "-pgmfile",
                           "image.pgm", "-noprogress", "-quiet"}) {
    arguments.emplace_back(word);
  }
  // -noisefile turns noise on, so it must not follow -nonoise.
  if (std::ranges::find(arguments, "-nonoise") == arguments.end()) {
    arguments.insert(arguments.end(), {"-noisefile", "noise.img"});
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProgramResult result = run_program(arguments, path());
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return result.output;
}

std::vector<float> CaseFolder::image(const std::vector<std::string>& arguments,
                                     const std::vector<std::string>& more) {
  run(arguments, more);
  return read_floats(path() / "float.bin");
}

}  // namespace nanobragg::test

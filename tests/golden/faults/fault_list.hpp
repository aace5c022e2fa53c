// What is done wrong in the tests of audits: changes of our simulation, written for the tests.
#pragma once

#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "nanobragg/commands/audit/change.hpp"

namespace nanobragg::test {

// A command line on the inputs of the golden cases, and the pixel that is traced.
struct FaultScene {
  std::string name;
  std::string flags;
  PixelIndex pixel;

  std::vector<std::string> words() const {
    std::istringstream stream(flags);
    return {std::istream_iterator<std::string>(stream), {}};
  }
};

struct Fault {
  std::string name;
  const FaultScene* scene;
  std::vector<commands::Change> changes;
  // Names of claims that say what was done; a star stands for any end.
  std::vector<std::string> accepted;
};

std::vector<const FaultScene*> fault_scenes();
// By stage; those of one list are ordered as the computation is.
std::vector<Fault> scaling_faults();
std::vector<Fault> place_faults();
std::vector<Fault> beam_faults();
std::vector<Fault> orientation_faults();
std::vector<Fault> lattice_faults();
// All of them; and two at once.
std::vector<Fault> seeded_faults();
std::vector<Fault> seeded_pairs();

}  // namespace nanobragg::test

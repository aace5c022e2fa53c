// What is done wrong in the tests of audits: changes of our simulation, written for the tests.
#pragma once

#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "nanobragg/audit/document.hpp"
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
  // What such a program prints otherwise besides.
  std::function<void(audit::Document&)> prints = {};
};

std::vector<const FaultScene*> fault_scenes();
// By stage; those of one list are ordered as the computation is.
std::vector<Fault> scaling_faults();
std::vector<Fault> place_faults();
std::vector<Fault> beam_faults();
std::vector<Fault> orientation_faults();
std::vector<Fault> lattice_faults();
std::vector<Fault> constant_faults();
std::vector<Fault> mosaic_faults();
std::vector<Fault> ported_places_and_beams();
std::vector<Fault> ported_crystals_and_sums();
std::vector<Fault> further_faults();
std::vector<Fault> faults_of_no_kind();
// All of them; and two at once.
std::vector<Fault> seeded_faults();
std::vector<Fault> seeded_pairs();

}  // namespace nanobragg::test

// Faults as porters make them, seeded in our simulation, and what an audit says of them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "golden/faults/fault_makers.hpp"
#include "nanobragg/audit/document.hpp"
#include "nanobragg/commands/audit/explain_traces.hpp"
#include "nanobragg/commands/audit/simulation.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using audit::Document;
using commands::BaseRun;
using commands::Change;
using commands::PixelSimulation;
using Words = std::vector<std::string>;

// Numbers as a program prints them with so many digits.
Document printed(Document document, int digits) {
  for (audit::Entry& entry : document.entries) {
    entry.uncertainty.clear();
    for (double& x : entry.numbers) {
      x = std::strtod(fmt::format("{:.{}g}", x, digits).c_str(), nullptr);
      const double place = x == 0.0 ? 0.0 : std::pow(10.0, std::floor(std::log10(std::abs(x))));
      entry.uncertainty.push_back(0.5 * place * std::pow(10.0, 1 - digits));
    }
  }
  return document;
}

// The keys of a trace of another program.
Document with_few_keys(Document document) {
  std::erase_if(document.entries, [](const audit::Entry& entry) {
    for (const char* key : {"pix0_vector_meters",
                            "fdet_vec",
                            "sdet_vec",
                            "pixel_pos_meters",
                            "R_distance_meters",
                            "omega_pixel_sr",
                            "close_distance_meters",
                            "obliquity_factor",
                            "diffracted_vec",
                            "incident_vec",
                            "lambda_meters",
                            "scattering_vec_A_inv",
                            "rot_a_angstroms",
                            "rot_b_angstroms",
                            "rot_c_angstroms",
                            "rot_a_star_A_inv",
                            "rot_b_star_A_inv",
                            "rot_c_star_A_inv",
                            "hkl_frac",
                            "hkl_rounded",
                            "F_latt_a",
                            "F_latt_b",
                            "F_latt_c",
                            "F_latt",
                            "F_cell",
                            "I_before_scaling",
                            "r_e_meters",
                            "r_e_sqr",
                            "fluence_photons_per_m2",
                            "steps",
                            "capture_fraction",
                            "polar",
                            "omega_pixel",
                            "cos_2theta",
                            "I_pixel_final"}) {
      if (entry.key == key) return false;
    }
    return true;
  });
  return document;
}

// A command line with its simulation, made once.
struct Stage {
  PixelSimulation simulation;
  BaseRun base;
  config::Settings settings;
  PixelIndex pixel;
};

const Stage& stage_of(const FaultScene& scene) {
  static std::map<std::string, std::unique_ptr<Stage>> stages;
  auto& stage = stages[scene.name];
  if (stage) return *stage;
  const auto inputs = std::filesystem::path(NANOBRAGG_TEST_DATA) / "golden/inputs";
  Words words;
  for (const std::string& word : scene.words()) {
    const bool is_file = std::filesystem::exists(inputs / word);
    words.push_back(is_file ? (inputs / word).string() : word);
  }
  const config::Settings settings = config::parse_arguments(words).settings;
  PixelSimulation simulation(settings, scene.pixel);
  BaseRun base = simulation.base("reference", compat::QuirkSet::reference());
  stage =
      std::make_unique<Stage>(Stage{std::move(simulation), std::move(base), settings, scene.pixel});
  return *stage;
}

struct Outcome {
  std::size_t named = 0, wrong = 0, silent = 0;
};

Words names_of(const audit::Explanation& explanation) {
  Words names;
  for (const audit::Claim& claim : explanation.found) names.push_back(claim.name);
  return names;
}

// Stars stand for anything.
bool matches(std::string_view name, std::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern.front() == '*') {
    for (std::size_t i = 0; i <= name.size(); ++i) {
      if (matches(name.substr(i), pattern.substr(1))) return true;
    }
    return false;
  }
  return !name.empty() && name.front() == pattern.front() &&
         matches(name.substr(1), pattern.substr(1));
}

bool is_among(const Words& names, const Words& accepted) {
  for (const std::string& name : names) {
    for (const std::string& one : accepted) {
      if (name == one || name.starts_with(one + " (") || matches(name, one)) {
        return true;
      }
    }
  }
  return false;
}

class SeededFaults : public testing::Test {
 protected:
  void audit(const Fault& fault, const std::function<Document(Document)>& print) {
    const Stage& stage = stage_of(*fault.scene);
    std::vector<const Change*> changes;
    for (const Change& change : fault.changes) changes.push_back(&change);
    auto wrong = stage.simulation.changed(stage.base, changes);
    ASSERT_TRUE(wrong) << fault.name;
    if (fault.prints) fault.prints(*wrong);
    Document a = printed(stage.base.trace, 15);
    a.name = "A";
    Document b = print(*wrong);
    b.name = "B";
    const audit::Explanation found =
        commands::explain_traces({a, b, {}}, stage.settings, stage.pixel);
    ASSERT_EQ(found.unfit, "") << fault.name;
    EXPECT_GT(found.before_divergent, 0U) << fault.name << " does not show";
    const Words names = names_of(found);
    const bool is_named = is_among(names, fault.accepted);
    if (is_named) ++outcome_.named;
    if (names.empty()) ++outcome_.silent;
    if (!is_named && !names.empty()) ++outcome_.wrong;
    if (!is_named) {
      std::cout << fault.name << (names.empty() ? " is not named" : " is named wrongly: ")
                << testing::PrintToString(names) << "\n";
    }
  }
  void expect_goal(std::size_t faults) const {
    EXPECT_EQ(outcome_.wrong, 0U);
    EXPECT_GE(10 * outcome_.named, 9 * faults) << outcome_.named << " of " << faults;
  }
  Outcome outcome_;
};

TEST_F(SeededFaults, AreNamed) {
  const std::vector<Fault> faults = seeded_faults();
  EXPECT_GE(faults.size(), 180U);
  for (const Fault& fault : faults) {
    audit(fault, [](Document document) { return printed(std::move(document), 15); });
  }
  expect_goal(faults.size());
}

// As a port prints that has other lines.
TEST_F(SeededFaults, AreNamedFromFewKeys) {
  const std::vector<Fault> faults = seeded_faults();
  std::size_t count = 0;
  for (std::size_t i = 0; i < faults.size(); i += 3) {
    audit(faults[i],
          [](Document document) { return with_few_keys(printed(std::move(document), 15)); });
    ++count;
  }
  expect_goal(count);
}

TEST_F(SeededFaults, AreNamedInPairs) {
  const std::vector<Fault> pairs = seeded_pairs();
  for (const Fault& pair : pairs) {
    audit(pair, [](Document document) { return printed(std::move(document), 15); });
  }
  expect_goal(pairs.size());
}

TEST_F(SeededFaults, OfNoKindAreNotNamed) {
  for (const Fault& fault : faults_of_no_kind()) {
    audit(fault, [](Document document) { return printed(std::move(document), 15); });
  }
  EXPECT_EQ(outcome_.wrong, 0U);
}

// The digits that are printed are all that is known.
TEST_F(SeededFaults, AreNotNamedWronglyFromFewDigits) {
  const std::vector<Fault> faults = seeded_faults();
  for (std::size_t i = 1; i < faults.size(); i += 7) {
    audit(faults[i], [](Document document) { return printed(std::move(document), 6); });
  }
  EXPECT_EQ(outcome_.wrong, 0U);
}

TEST_F(SeededFaults, ThatAreNoneAreNotNamed) {
  for (const FaultScene* scene : fault_scenes()) {
    const Stage& stage = stage_of(*scene);
    const Document a = printed(stage.base.trace, 15);
    Document shuffled = a;
    std::ranges::reverse(shuffled.entries);
    for (const Document& b :
         {printed(stage.base.trace, 6), shuffled, with_few_keys(printed(stage.base.trace, 7))}) {
      const audit::Explanation found =
          commands::explain_traces({a, b, {}}, stage.settings, stage.pixel);
      EXPECT_EQ(found.unfit, "") << scene->name;
      EXPECT_EQ(names_of(found), Words{}) << scene->name;
      EXPECT_EQ(found.before_divergent, 0U) << scene->name;
    }
  }
}

TEST_F(SeededFaults, OfFlagsThatFitNeitherTraceAreNotExplained) {
  const Stage& stage = stage_of(*fault_scenes().front());
  const Document a = printed(stage.base.trace, 15);
  config::Settings other = stage.settings;
  other.wavelength_A = 1.3;
  const audit::Explanation found = commands::explain_traces({a, a, {}}, other, stage.pixel);
  EXPECT_THAT(found.unfit, testing::HasSubstr("the flags fit neither trace: the first number that "
                                              "neither has is lambda_meters"));
  EXPECT_TRUE(found.found.empty());
}

// Neither is that of the program.
TEST_F(SeededFaults, OfBothTracesAreNotExplained) {
  const Stage& stage = stage_of(kTurned);
  const auto with = [&](const Change& change) {
    const std::vector<const Change*> changes{&change};
    return printed(*stage.simulation.changed(stage.base, changes), 15);
  };
  Document a = with(last_step([](const LastStep& s) { return s.polarisation; }));
  Document b = with(on_flags([](config::Settings& s) { s.exposure_s.reset(); }));
  a.name = "a.log";
  b.name = "b.log";
  const audit::Explanation found =
      commands::explain_traces({a, b, {}}, stage.settings, stage.pixel);
  EXPECT_THAT(found.unfit, testing::HasSubstr("the flags fit neither trace"));
  EXPECT_THAT(found.unfit,
              testing::HasSubstr("a.log departs from our simulation first in I_pixel_final"));
  EXPECT_THAT(found.unfit, testing::HasSubstr("b.log in fluence_photons_per_m2"));
  EXPECT_TRUE(found.found.empty());
}

}  // namespace
}  // namespace nanobragg::test

// Every way to get a command line wrong, and the sentence that says so.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"

namespace nanobragg::config {
namespace {

struct Wrong {
  std::vector<std::string> arguments;
  std::string message;
};

void expect_errors(const std::vector<Wrong>& rows) {
  for (const Wrong& row : rows) {
    try {
      parse_arguments(row.arguments);
      ADD_FAILURE() << "accepted; expected: " << row.message;
    } catch (const UsageError& error) {
      EXPECT_EQ(error.what(), row.message);
    }
  }
}

TEST(CommandLineErrors, UnknownFlagsAndStrayWords) {
  expect_errors(
      {Wrong{{"-lamda", "1"}, "unknown flag '-lamda' (no such option): did you mean '-lambda'?"},
       Wrong{{"--distance", "1"},
             "unknown flag '--distance' (no such option): did you mean '-distance'?"},
       Wrong{{"-frobnicate"}, "unknown flag '-frobnicate' (no such option): --help lists all"},
       Wrong{{"-"}, "stray word '-' (no flag takes it): flags begin with a dash"},
       Wrong{{"scaled.hkl"}, "stray word 'scaled.hkl' (no flag takes it): flags begin with a dash"},
       Wrong{{""}, "stray word '' (no flag takes it): flags begin with a dash"},
       Wrong{{"-osc", "1", "2"}, "stray word '2' (no flag takes it): '-osc' takes degrees"},
       Wrong{{"-osc", "1", "-2"}, "stray word '-2' (no flag takes it): '-osc' takes degrees"},
       Wrong{{"-nopolar", "1"}, "stray word '1' (no flag takes it): '-nopolar' takes no value"},
       Wrong{{"-coherent", "1"}, "stray word '1' (no flag takes it): '-coherent' takes no value"},
       Wrong{{"-cell", "70", "80", "9O"},
             "stray word '9O' (no flag takes it): '-cell' takes a b c [alpha beta gamma]"},
       Wrong{{"-cell", "1", "2", "3", "4", "5", "6", "7"},
             "stray word '7' (no flag takes it): '-cell' takes a b c [alpha beta gamma]"}});
}

TEST(CommandLineErrors, MissingValues) {
  expect_errors(
      {Wrong{{"-distance", "-pixel", "0.1"},
             "flag '-distance' needs a value (mm), found the flag '-pixel'"},
       Wrong{{"-distance"}, "flag '-distance' needs a value (mm), found nothing"},
       Wrong{{"-energy"}, "flag '-energy' needs a value (eV), found nothing"},
       Wrong{{"-hkl", "-N", "5"}, "flag '-hkl' needs a value (FILE), found the flag '-N'"},
       Wrong{{"-beam_vector", "1", "0", "-N", "5"},
             "flag '-beam_vector' needs 3 values (x y z), found the flag '-N' after 2 of them"},
       Wrong{{"-roi", "1", "2"},
             "flag '-roi' needs 4 values (xmin xmax ymin ymax), found nothing after 2 of them"},
       Wrong{{"-misset"}, "flag '-misset' needs 3 values (x y z | random), found nothing"},
       Wrong{{"-misset", "1", "-misset_seed", "5"},
             "flag '-misset' needs 3 values (x y z | random), found the flag '-misset_seed' after "
             "1 of them"},
       Wrong{{"-cell"}, "flag '-cell' needs a value (a b c [alpha beta gamma]), found nothing"},
       Wrong{{"-cell", "-N", "5"},
             "flag '-cell' needs a value (a b c [alpha beta gamma]), found the flag '-N'"}});
}

TEST(CommandLineErrors, WhatIsNoValue) {
  expect_errors(
      {Wrong{{"-pixel", "abc"}, "flag '-pixel' needs a number (mm), found 'abc'"},
       Wrong{{"-pixel", "0.1mm"}, "flag '-pixel' needs a number (mm), found '0.1mm'"},
       Wrong{{"-pixel", "-foo"}, "flag '-pixel' needs a number (mm), found '-foo'"},
       Wrong{{"-pixel", ""}, "flag '-pixel' needs a number (mm), found ''"},
       Wrong{{"-pixel", "nan"}, "flag '-pixel' needs a number (mm), found 'nan'"},
       Wrong{{"-pixel", "1e999"}, "flag '-pixel' needs a number (mm), found '1e999'"},
       Wrong{{"-cell", "abc"},
             "flag '-cell' needs a number (a b c [alpha beta gamma]), found 'abc'"},
       Wrong{{"-misset", "randon", "1", "2"},
             "flag '-misset' needs a number (x y z | random), found 'randon'"},
       Wrong{{"-detpixels", "64.5"}, "flag '-detpixels' needs a whole number (n), found '64.5'"},
       Wrong{{"-phisteps", "ten"}, "flag '-phisteps' needs a whole number (n), found 'ten'"},
       Wrong{{"-pivot", "bean"},
             "flag '-pivot' needs one of beam, sample (beam|sample), found 'bean': did you mean "
             "'beam'?"},
       Wrong{{"-compat", "c"},
             "flag '-compat' needs one of physical, reference, oracle, found 'c'"},
       Wrong{{"-compat", "reference,phi_carry_over"},
             "flag '-compat': 'phi_carry_over' (a quirk has a sign before its name): +NAME "
             "reproduces a quirk, -NAME repairs it"},
       Wrong{{"-compat", "reference,-phi_carry_ovr"},
             "flag '-compat': 'phi_carry_ovr' is not a quirk: did you mean 'phi_carry_over'?"},
       Wrong{{"-wilson", "20"},
             "flag '-wilson' needs a number and a seed joined by a comma (B,SEED), found '20'"},
       Wrong{{"-wilson", "20,x"}, "flag '-wilson' needs a whole number (B,SEED), found 'x'"},
       Wrong{{"-wilson", ",1"}, "flag '-wilson' needs a number (B,SEED), found ''"},
       Wrong{{"-hkl", ""}, "flag '-hkl' needs a name (FILE), found ''"}});
}

TEST(CommandLineErrors, ValuesOutOfRange) {
  expect_errors(
      {Wrong{{"-pixel", "-0.1"}, "flag '-pixel': -0.1 is out of range (allowed: above 0)"},
       Wrong{{"-pixel", "inf"}, "flag '-pixel': inf is out of range (allowed: above 0)"},
       Wrong{{"-distance", "0"}, "flag '-distance': 0 is out of range (allowed: above 0)"},
       Wrong{{"-lambda", "0"}, "flag '-lambda': 0 is out of range (allowed: above 0)"},
       Wrong{{"-energy", "0"}, "flag '-energy': 0 is out of range (allowed: above 0)"},
       Wrong{{"-energy", "1e-308"},
             "flag '-energy': 1e-308 is out of range (allowed: what gives a finite value)"},
       Wrong{{"-sample_x", "-1"}, "flag '-sample_x': -1 is out of range (allowed: at least 0)"},
       Wrong{{"-samplesize", "-1"}, "flag '-samplesize': -1 is out of range (allowed: at least 0)"},
       Wrong{{"-cell", "70", "-80", "90"}, "flag '-cell': -80 is out of range (allowed: above 0)"},
       Wrong{{"-N", "0"}, "flag '-N': 0 is out of range (allowed: at least 1)"},
       Wrong{{"-Na", "0.5"}, "flag '-Na': 0.5 is out of range (allowed: at least 1)"},
       Wrong{{"-detpixels", "0"}, "flag '-detpixels': 0 is out of range (allowed: at least 1)"},
       Wrong{{"-detpixels", "3000000000"},
             "flag '-detpixels': 3000000000 is out of range (allowed: at most 2147483647)"},
       Wrong{{"-detpixels", "inf"}, "flag '-detpixels': inf is out of range (allowed: at least 1)"},
       Wrong{{"-threads", "0"}, "flag '-threads': 0 is out of range (allowed: at least 1)"},
       Wrong{{"-polar", "1.5"}, "flag '-polar': 1.5 is out of range (allowed: -1 to 1)"},
       Wrong{{"-detector_abs", "-1"},
             "flag '-detector_abs': -1 is out of range (allowed: at least 0, or inf)"},
       Wrong{{"-seed", "-2147483647"},
             "flag '-seed': -2147483647 is out of range (allowed: -2147483646 to 2147483646)"},
       Wrong{{"-seed", "2147483647"},
             "flag '-seed': 2147483647 is out of range (allowed: -2147483646 to 2147483646)"},
       Wrong{{"-phi", "inf"}, "flag '-phi': inf is out of range (allowed: finite numbers)"},
       Wrong{{"-roi", "0", "-1", "0", "1"},
             "flag '-roi': -1 is out of range (allowed: at least 0)"},
       Wrong{{"-beam_vector", "0", "0", "0"},
             "flag '-beam_vector': 0 0 0 is out of range (allowed: not all three 0)"},
       Wrong{{"-wilson", "-1,1"}, "flag '-wilson': -1 is out of range (allowed: at least 0)"}});
}

}  // namespace
}  // namespace nanobragg::config

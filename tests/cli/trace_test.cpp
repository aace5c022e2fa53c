// nanobragg trace, -trace_pixel and -printout: what they print, keep and refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "nanobragg/base/image.hpp"
#include "support/program.hpp"

namespace nanobragg::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using Words = std::vector<std::string>;

// Three sources, two spindle steps and two domains, on 20 × 16 pixels.
const Words kFlags{"-cell", "40",           "50", "60",           "80",  "85",
                   "95",    "-N",           "5",  "-default_F",   "100", "-distance",
                   "60",    "-detpixels_f", "20", "-detpixels_s", "16",  "-pixel",
                   "1",     "-dispersion",  "1",  "-dispsteps",   "3",   "-osc",
                   "0.5",   "-phisteps",    "2",  "-mosaic",      "0.2", "-oversample",
                   "1",     "-mosaic_dom",  "2"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class TraceCommand : public testing::Test {
 protected:
  ProgramResult trace(const Words& options, const Words& flags = kFlags) const {
    return run_program(Words{"trace", "--out", "evidence"} + options + Words{"--"} + flags,
                       folder_.path());
  }
  ProgramResult simulate(const Words& flags) const {
    return run_program(
        kFlags + Words{"-nonoise", "-nopgm", "-floatfile", "f.bin", "-intfile", "i.img", "-quiet"} +
            flags,
        folder_.path());
  }
  std::string evidence(const std::string& name) const {
    return read_bytes(folder_ / "evidence" / name);
  }
  json evidence_json(const std::string& name) const { return json::parse(evidence(name)); }
  Words evidence_names() const {
    Words names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "evidence")) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  const TemporaryFolder folder_;
};

TEST_F(TraceCommand, LeavesTheEvidenceOfARun) {
  const ProgramResult result = trace({"--pixel", "3", "4"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(evidence_names(),
              UnorderedElementsAre("trace.log", "trace.json", "config_snapshot.json", "env.json",
                                   "stdout.txt", "stderr.txt", "notes.md", "attempt_history.md"));
  EXPECT_EQ(evidence("stdout.txt"), result.output);
  EXPECT_EQ(evidence("stderr.txt"), result.errors);
  EXPECT_EQ(evidence("trace.log"), result.output);
  EXPECT_THAT(result.output, HasSubstr("TRACE_CONFIG: tracing pixel (spixel=3, fpixel=4)\n"));
  EXPECT_EQ(count_of(result.output, "\nTRACE_CPP_PHI phi_tic="), 2u);
  EXPECT_EQ(count_of(result.output, "\nTRACE_CPP_SOURCE2: source_index 2\n"), 1u);

  const json snapshot = evidence_json("config_snapshot.json");
  EXPECT_THAT(snapshot["command_line"].get<std::string>(),
              StartsWith("nanobragg trace --out evidence --pixel 3 4 -- -cell 40"));
  EXPECT_EQ(snapshot["settings"]["spindle"]["oscillation_deg"], 0.5);
  EXPECT_EQ(snapshot["settings"]["resolved"]["sources"], 3);
  const json environment = evidence_json("env.json");
  for (const char* key : {"version", "git_commit", "compiler", "cpu_features", "kernel", "dtype",
                          "libraries", "platform", "time"}) {
    EXPECT_FALSE(environment[key].empty()) << key;
  }
  EXPECT_EQ(environment["dtype"], "float64");
}

TEST_F(TraceCommand, GoesOnWithTheNotesOfEarlierAttempts) {
  const ProgramResult first = trace({"--pixel", "3", "4"});
  ASSERT_EQ(first.exit_code, 0);
  const ProgramResult failed = trace({"--pixel", "16", "4"});
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_THAT(failed.errors, HasSubstr("pixel slow 16 fast 4 is outside the detector (16 × 20"));
  EXPECT_THAT(evidence("attempt_failed.log"), HasSubstr("slow 16 fast 4 is outside the detector"));
  EXPECT_THAT(evidence("attempt_failed.log"), HasSubstr(failed.errors));
  // It costs nothing of the first attempt.
  EXPECT_EQ(evidence("trace.log"), first.output);
  ASSERT_EQ(trace({"--pixel", "5", "6", "--pixel", "1", "2"}).exit_code, 0);
  EXPECT_THAT(evidence_names(), Not(testing::Contains("attempt_failed.log")));

  const std::string history = evidence("attempt_history.md");
  EXPECT_THAT(history, HasSubstr("\n| 1 | 2"));
  EXPECT_TRUE(std::regex_search(
      history,
      std::regex(
          R"(\n\| 2 \| [^|]* \| \(16, 4\) \| flags \| failed: pixel .*attempt_failed\.log)")))
      << history;
  EXPECT_TRUE(std::regex_search(
      history,
      std::regex(R"(\n\| 3 \| [^|]* \| \(5, 6\) \(1, 2\) \| flags \| done \|.*trace\.log)")))
      << history;
  EXPECT_EQ(count_of(evidence("notes.md"), "\n    nanobragg trace "), 3u);
  EXPECT_EQ(count_of(evidence("notes.md"), " s. Outcome: "), 3u);
}

TEST_F(TraceCommand, KeepsNotesThatItReadsAsAnInput) {
  ASSERT_EQ(trace({"--pixel", "3", "4"}).exit_code, 0);
  for (const char* name : {"notes.md", "attempt_history.md", "trace.log"}) {
    const std::string list = "1 0 0 10\n";
    write(std::string("evidence/") + name, list);
    const std::string file = std::string("evidence/") + name;
    for (const Words& flags : {Words{"-hkl", file}, Words{"-hkl", file, "-badflag"}}) {
      const ProgramResult result = trace({"--pixel", "3", "4"}, kFlags + flags);
      EXPECT_EQ(result.exit_code, 2) << name;
      EXPECT_THAT(result.errors, HasSubstr("would overwrite"));
      EXPECT_EQ(evidence(name), list);
    }
  }
}

TEST_F(TraceCommand, EveryStepIsInTheJsonAndAddsUpToThePixel) {
  ASSERT_EQ(trace({"--pixel", "3", "4", "--all-steps"}).exit_code, 0);
  const json document = evidence_json("trace.json");
  const json& pixel = document["pixels"][0];
  double sum = 0.0;
  std::size_t steps = 0;
  for (const json& source : pixel["points"][0]["sources"]) {
    for (const json& step : source["steps"]) {
      sum += step["contribution"].get<double>();
      ++steps;
    }
  }
  EXPECT_EQ(steps, 3u * 2u * 2u);
  EXPECT_EQ(sum, pixel["sum"].get<double>());
  EXPECT_EQ(document["units"]["wavelength"], "m");

  ASSERT_EQ(simulate({"-trace_pixel", "3", "4"}).exit_code, 0);
  const float in_image = read_floats(folder_ / "f.bin")[3 * 20 + 4];
  EXPECT_GT(in_image, 0.0F);
  EXPECT_EQ(static_cast<float>(pixel["photons"].get<double>()), in_image);
}

TEST_F(TraceCommand, LinesOfTheJsonAreThoseOfTheText) {
  const ProgramResult result = trace({"--pixel", "3", "4", "--format", "json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, evidence("trace.json"));
  const json document = json::parse(result.output);
  const std::string text = evidence("trace.log");
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  EXPECT_EQ(document["geometry"].size() + document["pixels"][0]["lines"].size(), lines);
  for (const json& line : document["pixels"][0]["lines"]) {
    EXPECT_THAT(text, HasSubstr(line["key"].get<std::string>()));
    if (line["key"] == "scattering_vec_A_inv") {
      EXPECT_EQ(line["unit"], "1/m");
    }
  }
}

TEST_F(TraceCommand, SinglePrecisionShowsNumbersOfSinglePrecision) {
  const ProgramResult result = trace({"--pixel", "3", "4", "--dtype", "float32", "--all-steps"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(evidence_json("env.json")["dtype"], "float32");
  const json document = evidence_json("trace.json");
  const json& pixel = document["pixels"][0];
  float sum = 0.0F;
  for (const json& source : pixel["points"][0]["sources"]) {
    for (const json& step : source["steps"]) {
      const auto contribution = step["contribution"].get<double>();
      EXPECT_EQ(contribution, static_cast<double>(static_cast<float>(contribution)));
      sum += static_cast<float>(contribution);
    }
  }
  EXPECT_EQ(sum, pixel["sum"].get<double>());
  ASSERT_EQ(simulate({"-dtype", "float32", "-kernel", "scalar"}).exit_code, 0);
  EXPECT_EQ(static_cast<float>(pixel["photons"].get<double>()),
            read_floats(folder_ / "f.bin")[3 * 20 + 4]);
}

TEST_F(TraceCommand, WarnsThatThereIsNoCuda) {
  const ProgramResult result = trace({"--pixel", "3", "4", "--device", "cuda"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, StartsWith("warning: this build has no CUDA: computing on the CPU\n"));
  EXPECT_EQ(evidence_json("env.json")["device"], "cpu");
  for (const char* device : {"cpu", "auto"}) {
    EXPECT_THAT(trace({"--pixel", "3", "4", "--device", device}).errors, Not(HasSubstr("CUDA")));
  }
}

TEST_F(TraceCommand, TakesAConfigurationAndFlagsOnTop) {
  write("run.toml", simulate({"-show_config"}).output);
  const Words pixel{"--pixel", "3", "4"};
  const std::string by_flags = trace(pixel).output;
  EXPECT_EQ(trace(pixel + Words{"--config", "run.toml"}, {}).output, by_flags);
  EXPECT_NE(trace(pixel + Words{"--config", "run.toml"}, {"-lambda", "1.1"}).output, by_flags);
  EXPECT_THAT(evidence("attempt_history.md"), HasSubstr("| run.toml | done |"));
}

TEST_F(TraceCommand, TracesAnotherKernelWhereOneDoesNotShowItsSteps) {
  const ProgramResult result = trace({"--pixel", "3", "4"}, kFlags + Words{"-kernel", "simd"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.errors, HasSubstr("the kernel 'simd' does not show its steps"));
  EXPECT_EQ(evidence_json("env.json")["kernel"], "scalar");
  // An image of one kernel with the trace of another would not fit together.
  const ProgramResult mixed = simulate({"-kernel", "simd", "-trace_pixel", "3", "4"});
  EXPECT_EQ(mixed.exit_code, 2);
  EXPECT_THAT(mixed.errors, HasSubstr("take -kernel scalar"));
}

TEST_F(TraceCommand, NamesTheFilesThatANamedExperimentMisses) {
  write("A.mat", "");
  const ProgramResult result = trace({"--pixel", "3", "4", "--config", "supervisor"}, {});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("reads A.mat and scaled.hkl; not in the current folder: "
                                       "scaled.hkl"));
  EXPECT_THAT(evidence("attempt_failed.log"), HasSubstr("scaled.hkl"));
}

TEST_F(TraceCommand, RefusesWhatIsNotRendered) {
  const Words region{"-roi", "2", "9", "3", "8"};
  EXPECT_THAT(
      trace({"--pixel", "9", "4"}, kFlags + region).errors,
      HasSubstr("pixel slow 9 fast 4 is outside the region of interest (slow 3 … 8, fast 2 … "
                "9)"));
  ASSERT_EQ(simulate({"-roi", "2", "9", "3", "8", "-adc", "0", "-scale", "1e9"}).exit_code, 0);
  // Zero outside the region, so that image is a mask.
  const ProgramResult masked = trace({"--pixel", "9", "4"}, kFlags + Words{"-mask", "i.img"});
  EXPECT_EQ(masked.exit_code, 1);
  EXPECT_THAT(masked.errors, HasSubstr("pixel slow 9 fast 4 is masked"));
}

TEST_F(TraceCommand, RefusesWrongUsage) {
  const auto refused = [&](const Words& options, const Words& flags, const char* why) {
    const ProgramResult result = trace(options, flags);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.errors, HasSubstr(why));
  };
  const Words pixel{"--pixel", "3", "4"};
  refused({}, kFlags, "--pixel is required");
  refused({"--pixel", "3"}, kFlags, "--pixel");
  refused({"--pixel", "3", "x"}, kFlags, "--pixel");
  refused({"--pixel", "3", "-4"}, kFlags,
          "--pixel: '-4' is not a pixel index (pixels count from 0)");
  refused(pixel + Words{"--format", "xml"}, kFlags, "xml");
  refused(pixel + Words{"--dtype", "float16"}, kFlags, "float16");
  refused(pixel + Words{"--device", "abacus"}, kFlags, "abacus");
  refused(pixel, {}, "nothing to trace");
  refused(pixel + Words{"--config", "nowhere"}, {}, "no experiment and no file 'nowhere'");
  refused(pixel + Words{"--config", "nowhere"}, {}, "experiments: supervisor");
  refused(pixel, kFlags + Words{"-lamda", "1"}, "did you mean '-lambda'?");
  refused(pixel + Words{"--dtype", "float32"}, kFlags + Words{"-compat", "reference"},
          "it computes in double precision alone");
  const ProgramResult no_folder = run_program({"trace", "--pixel", "3", "4"}, folder_.path());
  EXPECT_EQ(no_folder.exit_code, 2);
  EXPECT_THAT(no_folder.errors, HasSubstr("--out is required"));
}

TEST_F(TraceCommand, FailsWhereTheFolderCannotBe) {
  write("evidence", "a file");
  const ProgramResult result = trace({"--pixel", "3", "4"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.errors, HasSubstr("cannot make folder 'evidence'"));
}

TEST_F(TraceCommand, OrdinaryCommandLinePrintsTheSameLines) {
  const std::string traced = trace({"--pixel", "3", "4"}).output;
  for (const Words& mode : {Words{}, Words{"-dtype", "float32"}, Words{"-compat", "reference"}}) {
    const ProgramResult result = simulate(mode + Words{"-trace_pixel", "3", "4"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output, trace({"--pixel", "3", "4"}, kFlags + mode).output);
    // The last line is the float in the image.
    const std::string key = "floatimage_accumulated ";
    const double shown =
        std::strtod(result.output.c_str() + result.output.find(key) + key.size(), nullptr);
    const float in_image = read_floats(folder_ / "f.bin")[3 * 20 + 4];
    EXPECT_NEAR(shown, in_image, 1e-14 * in_image);
  }
  EXPECT_EQ(simulate({"-trace_pixel", "3", "4"}).output, traced);
  EXPECT_THAT(simulate({"-trace_pixel", "3", "20"}).errors,
              HasSubstr("pixel slow 3 fast 20 is outside the detector"));
}

TEST_F(TraceCommand, PrintoutShowsOnePixelOrAll) {
  const ProgramResult one = simulate({"-printout_pixel", "4", "3"});
  ASSERT_EQ(one.exit_code, 0) << one.errors;
  EXPECT_THAT(one.output, StartsWith("pixel slow 3 fast 4\n"));
  for (const char* what : {"h k l", "F_latt", "F_cell 100 electrons", "polarisation", "photons"}) {
    EXPECT_THAT(one.output, HasSubstr(what));
  }
  const ProgramResult all = simulate({"-printout", "-roi", "2", "9", "3", "8"});
  EXPECT_EQ(count_of(all.output, "pixel slow "), 8u * 6u);
  EXPECT_THAT(all.output, HasSubstr(one.output));
  EXPECT_EQ(simulate({"-printout_pixel", "20", "3"}).exit_code, 1);
}

}  // namespace
}  // namespace nanobragg::test

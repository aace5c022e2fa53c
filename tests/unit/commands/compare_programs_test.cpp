// Two tiny programs, shell scripts, that write images, fail, or write nothing.
#include "nanobragg/commands/compare/compare_programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "support/program.hpp"

namespace nanobragg::commands {
namespace {

namespace fs = std::filesystem;
using compare::Verdict;
using testing::HasSubstr;

class ComparePrograms : public testing::Test {
 protected:
  fs::path path(const std::string& name) const { return root_.path() / name; }
  fs::path evidence() const { return path("out"); }
  std::string text(const std::string& name) const { return test::read_bytes(evidence() / name); }
  nlohmann::json summary() const { return nlohmann::json::parse(text("summary.json")); }

  Program script(const std::string& name, const std::string& body) const {
    std::ofstream(path(name)) << "#!/bin/sh\n" << body << "\n";
    fs::permissions(path(name), fs::perms::owner_all);
    return {path(name).string(), {}};
  }

  // A program that writes these pixels.
  Program writer(const std::string& name, const std::vector<float>& pixels,
                 const std::string& file = "float.bin") const {
    const fs::path data = path(name + ".data");
    io::write_raw_float(data, Image<float>({1, pixels.size()}, pixels).view());
    return script(name, "cp " + data.string() + " " + file);
  }

  compare::Report run(const Program& reference, const Program& candidate) const {
    return compare_programs({reference, candidate}, {flags_, root_.path()}, options_);
  }

  void SetUp() override { options_.folder = evidence(); }

  test::TemporaryFolder root_;
  // Three by two pixels.
  std::vector<std::string> flags_{"-cell", "50", "50",           "50", "-default_F",   "1",
                                  "-N",    "1",  "-detpixels_x", "3",  "-detpixels_y", "2"};
  CompareOptions options_;
};

const std::vector<float> kPixels{1, 2, 4, 8, 16, 32};

TEST_F(ComparePrograms, EqualImagesPassAndLeaveEvidence) {
  const auto report = run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_EQ(report.verdict, Verdict::pass);
  for (const char* name :
       {"summary.json", "report.html", "reference.png", "candidate.png", "difference.png",
        "reference/stdout.txt", "reference/stderr.txt", "candidate/command.txt"}) {
    EXPECT_TRUE(fs::exists(evidence() / name)) << name;
  }
  EXPECT_FALSE(fs::exists(evidence() / "difference.bin"));
  EXPECT_EQ(summary()["correlation"], 1.0);
  EXPECT_EQ(summary()["verdict"], "pass");
  EXPECT_EQ(summary()["exit_code_reference"], 0);
  EXPECT_GT(summary()["runtime_reference_ms"], 0.0);
  EXPECT_GT(summary()["peak_memory_candidate_kb"], 0);
}

TEST_F(ComparePrograms, DifferentImagesAreMeasured) {
  options_.difference_file = DifferenceFile::raw_float;
  const auto report = run(writer("a", kPixels), writer("b", {1, 2, 4, 8, 16, 0}));
  EXPECT_EQ(report.verdict, Verdict::below_threshold);
  EXPECT_EQ(summary()["max_abs_diff"], 32.0);
  EXPECT_EQ(summary()["max_abs_diff_at"]["slow"], 1);
  EXPECT_EQ(summary()["max_abs_diff_at"]["fast"], 2);
  EXPECT_EQ(summary()["sum_reference"], 63.0);
  EXPECT_EQ(summary()["resolution_shells"].size(), 10U);
  EXPECT_EQ(io::read_raw_float(evidence() / "difference.bin", {2, 3}).pixels()[5], -32.0F);
}

TEST_F(ComparePrograms, BothGetTheFlagsInCleanFolders) {
  flags_.insert(flags_.end(), {"-hkl", "my.hkl"});
  std::ofstream(path("my.hkl")) << "1 2 3 4\n";
  std::ofstream(path("Fdump.bin")) << "stale";
  const std::string body =
      "ls -A > found; for w in \"$@\"; do echo \"$w\"; done > told\n"
      "cat \"${14}\" > amplitudes; echo said; echo warned >&2; cp " +
      path("pixels").string() + " float.bin";
  io::write_raw_float(path("pixels"), Image<float>({2, 3}, kPixels).view());
  Program reference = script("a", body);
  const auto report = run(reference, script("b", body));
  EXPECT_EQ(report.verdict, Verdict::pass) << report.problem;
  EXPECT_EQ(text("reference/files/found"), "found\n");
  EXPECT_EQ(text("reference/files/amplitudes"), "1 2 3 4\n");
  EXPECT_EQ(text("reference/files/told"), text("candidate/files/told"));
  EXPECT_THAT(text("reference/files/told"),
              HasSubstr("-hkl\n" + path("my.hkl").string() + "\n-floatfile\nfloat.bin\n"));
  EXPECT_EQ(text("candidate/stdout.txt"), "said\n");
  EXPECT_EQ(report.reference.said, "warned\n");
  EXPECT_THAT(text("report.html"), HasSubstr("<pre>warned"));
}

TEST_F(ComparePrograms, FlagsOfOneProgramAlone) {
  Program reference = script("a", "echo $1 > told; cp " + path("b.data").string() + " float.bin");
  reference.own_flags = {"-compat"};
  EXPECT_EQ(run(reference, writer("b", kPixels)).verdict, Verdict::pass);
  EXPECT_EQ(text("reference/files/told"), "-compat\n");
  EXPECT_THAT(text("report.html"), HasSubstr("a -compat"));
}

TEST_F(ComparePrograms, TheReferencesDefaultNameIsFound) {
  EXPECT_EQ(run(writer("a", kPixels, "floatimage.bin"), writer("b", kPixels)).verdict,
            Verdict::pass);
}

TEST_F(ComparePrograms, ProgramsThatFailAreReported) {
  const Program good = writer("good", kPixels);
  auto report = run(good, script("b", "echo trouble >&2; exit 3"));
  EXPECT_EQ(report.verdict, Verdict::program_failed);
  EXPECT_THAT(report.problem, HasSubstr("candidate program failed (exit code 3)"));
  EXPECT_EQ(summary()["verdict"], "program_failed");
  EXPECT_EQ(summary()["exit_code_candidate"], 3);
  EXPECT_FALSE(summary().contains("correlation"));
  EXPECT_EQ(text("candidate/stderr.txt"), "trouble\n");
  EXPECT_THAT(text("report.html"), HasSubstr("exit code 3"));

  report = run(script("c", "kill -ABRT $$"), good);
  EXPECT_THAT(report.problem, HasSubstr("reference program failed (ended by signal 6"));
  EXPECT_EQ(summary()["signal_reference"], 6);
  EXPECT_EQ(summary()["exit_code_reference"], nullptr);
}

TEST_F(ComparePrograms, BothProblemsAreTold) {
  const auto report = run(script("a", "exit 1"), {path("absent").string(), {}});
  EXPECT_THAT(report.problem, HasSubstr("reference program failed"));
  EXPECT_THAT(report.problem, HasSubstr("cannot run '" + path("absent").string()));
}

TEST_F(ComparePrograms, AProgramThatIsNotExecutableIsReported) {
  std::ofstream(path("plain")) << "text";
  const auto report = run({path("plain").string(), {}}, writer("b", kPixels));
  EXPECT_EQ(report.verdict, Verdict::program_failed);
  EXPECT_THAT(report.problem, HasSubstr("not an executable file"));
  EXPECT_EQ(summary()["verdict"], "program_failed");
}

TEST_F(ComparePrograms, NoFloatImageOrOneOfTheWrongSize) {
  auto report = run(script("a", "touch other.txt"), writer("b", kPixels));
  EXPECT_EQ(report.verdict, Verdict::program_failed);
  EXPECT_THAT(report.problem, HasSubstr("wrote no float image (no float.bin in its folder, which "
                                        "holds other.txt)"));
  report = run(writer("c", {1, 2}), writer("b", kPixels));
  EXPECT_THAT(report.problem, HasSubstr("wrong size (8 bytes, but 3 x 2 pixels, fast x slow, need "
                                        "24)"));
}

TEST_F(ComparePrograms, ANaNIsReportedWithItsPixel) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto report = run(writer("a", kPixels), writer("b", {1, 2, 4, 8, nan, 32}));
  EXPECT_EQ(report.verdict, Verdict::program_failed);
  EXPECT_THAT(report.problem, HasSubstr("candidate image has a pixel that is not a finite number "
                                        "(first: nan at slow 1, fast 1)"));
}

// The shape of the second image is known from an SMV image beside it.
Program smv_writer(const Program& writer) {
  std::ofstream(writer.name, std::ios::app)
      << "printf '{\\nHEADER_BYTES=512;\\nDIM=2;\\nTYPE=unsigned_short;\\nSIZE1=2;\\nSIZE2=1;\\n}' "
         "> i.img\ndd if=/dev/zero bs=1 count=512 2>/dev/null >> i.img\n";
  return writer;
}

TEST_F(ComparePrograms, ShapesThatDifferNeedResampling) {
  const Program small = smv_writer(writer("small", {1, 2}));
  auto report = run(writer("a", kPixels), small);
  EXPECT_EQ(report.verdict, Verdict::shapes_differ) << report.problem;
  EXPECT_EQ(summary()["shape_candidate"]["fast"], 2);
  options_.shapes = ShapePolicy::resample;
  report = run(writer("a", kPixels), small);
  ASSERT_TRUE(report.comparison);
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr("from 2 x 1 to 3 x 2 pixels")));
}

TEST_F(ComparePrograms, UnknownFlagsAreForTheProgramsToUnderstand) {
  flags_.insert(flags_.end(), {"-device", "cuda"});
  auto report = run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_EQ(report.verdict, Verdict::program_failed);
  EXPECT_THAT(report.problem, HasSubstr("give it with --shape SLOW FAST"));
  options_.shape = ImageShape{2, 3};
  report = run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_EQ(report.verdict, Verdict::pass);
  EXPECT_THAT(report.notes, testing::Contains(HasSubstr("resolution of a pixel is not known")));
  EXPECT_TRUE(summary().contains("radius_shells"));
}

TEST_F(ComparePrograms, NothingOldStandsBesideSomethingNew) {
  run(writer("a", kPixels), writer("b", kPixels));
  const auto failed = run(writer("a", kPixels), script("c", "exit 1"));
  // What failed costs nothing of what did not.
  EXPECT_EQ(failed.folder, (evidence() / "failed-1").string());
  EXPECT_TRUE(fs::exists(evidence() / "difference.png"));
  EXPECT_TRUE(fs::exists(evidence() / "candidate" / "files" / "float.bin"));
  EXPECT_EQ(summary()["verdict"], "pass");
  EXPECT_FALSE(fs::exists(evidence() / "failed-1" / "difference.png"));
  EXPECT_FALSE(fs::exists(evidence() / "failed-1" / "candidate" / "files" / "float.bin"));

  options_.difference_file = DifferenceFile::raw_float;
  run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_TRUE(fs::exists(evidence() / "difference.bin"));
  options_.difference_file = DifferenceFile::none;
  run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_FALSE(fs::exists(evidence() / "difference.bin"));
}

TEST_F(ComparePrograms, SomebodysFolderIsNotTouched) {
  fs::create_directories(evidence() / "reference");
  std::ofstream(evidence() / "reference" / "thesis.tex") << "years of work";
  EXPECT_THROW(run(writer("a", kPixels), writer("b", kPixels)), Error);
  EXPECT_TRUE(fs::exists(evidence() / "reference" / "thesis.tex"));
}

TEST_F(ComparePrograms, TheRegionMustLieInTheImage) {
  options_.region = RegionOfInterest{{0, 0}, {2, 2}};
  EXPECT_THROW(run(writer("a", kPixels), writer("b", kPixels)), UsageError);
  options_.region = RegionOfInterest{{0, 0}, {0, 2}};
  const auto report = run(writer("a", kPixels), writer("b", {1, 2, 4, 0, 0, 0}));
  EXPECT_EQ(report.verdict, Verdict::pass);
}

TEST_F(ComparePrograms, AConfigurationFileMeansTheSameInTheOtherFolder) {
  std::ofstream(path("run.toml"))
      << "[crystal]\nhkl_file = \"my.hkl\"\n[output]\nfloat_file = \"elsewhere.bin\"\n";
  flags_.insert(flags_.end(), {"-config", "run.toml"});
  run(writer("a", kPixels), writer("b", kPixels));
  EXPECT_THAT(text("config.toml"), HasSubstr(path("my.hkl").string()));
  EXPECT_THAT(text("config.toml"), testing::Not(HasSubstr("elsewhere")));
  // As the program calls it in reference/files.
  EXPECT_THAT(text("reference/command.txt"), HasSubstr("-config\n../../config.toml\n"));
}

}  // namespace
}  // namespace nanobragg::commands

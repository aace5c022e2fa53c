// nanobragg gradcheck: derivatives as written, by dual numbers and by differences, side by side.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/base/error.hpp"
#include "nanobragg/config/options/command_line.hpp"
#include "nanobragg/config/resolve/resolve.hpp"
#include "nanobragg/io/files/compressed.hpp"
#include "nanobragg/refine/gradient_check.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

struct Arguments {
  std::size_t pixels = 2000;
  std::size_t panel = 0;
  std::string kernel = "auto";
  std::vector<std::string> parameters;
};

constexpr int kDisagrees = 3;

std::string line(const refine::CheckedDerivative& row, std::size_t width) {
  const std::string name = plan::name_of(row.variable);
  if (!row.without_effect.empty() && row.agrees) {
    return fmt::format("{:<{}}no effect: {}\n", name, width, row.without_effect);
  }
  // Per unit that users see.
  const auto shown = [&](double x) { return x / plan::per_internal(row.variable); };
  const bool has_dual = !std::isnan(row.dual);
  const std::string dual =
      fmt::format("{:<{}}{:>17.9e} {:>17}", name, width, shown(row.analytic),
                  has_dual ? fmt::format("{:.9e}", shown(row.dual)) : "closed form");
  const std::string dual_error = has_dual ? fmt::format("{:.1e}", row.dual_error) : "";
  const std::string verdict = row.agrees ? "agrees" : "DISAGREES";
  if (std::isnan(row.difference)) {
    return fmt::format("{} {:>17}  {:>8} {:>8}  {}\n", dual, "at a bound", dual_error, "", verdict);
  }
  return fmt::format("{} {:>17.9e}  {:>8} {:>8.1e}  {}{}\n", dual, shown(row.difference),
                     dual_error, row.difference_error, verdict,
                     row.difference_converges ? "" : " (differences do not converge)");
}

Experiment experiment_from(const std::vector<std::string>& flags) {
  const auto parsed = config::parse_arguments_and_config(
      flags, [](const std::string& file) { return io::read_input(file); });
  for (const std::string& text : parsed.warnings) {
    std::fprintf(stderr, "warning: %s\n", text.c_str());
  }
  const config::Job run = config::resolve(parsed.settings);
  config::check_differentiable(run);
  return run.experiment;
}

}  // namespace

int gradcheck(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  Arguments arguments;
  Options app("Checks the derivatives of an image by every parameter.", "nanobragg gradcheck");
  app.footer(
      "Words after -- are simulation flags. Checked is the derivative of a weighted sum of "
      "pixels;\n"
      "errors are relative to the sum of what the pixels add to it in magnitude. Differences that "
      "do\nnot converge, as where the nearest reflection changes, are shown but not judged by.\n"
      "Exit code 3: derivatives disagree.");
  app.add_option("--parameters", arguments.parameters,
                 "names or groups, and F(h,k,l) for an amplitude of -hkl [all but amplitudes]");
  app.add_option("--pixels", arguments.pixels, "pixels to take, spread over the image [2000]")
      .check(pixel_count());
  app.add_option("--panel", arguments.panel, "of several: the one whose pixels are taken [0]");
  app.add_option("--kernel", arguments.kernel, "auto, simd, scalar, sparse or analytic [auto]");
  if (const auto code = parse_options(app, {words.begin(), end})) return *code;

  const Experiment experiment = experiment_from({end == words.end() ? end : end + 1, words.end()});
  const auto rows = refine::check_gradients(
      experiment, {.variables = plan::find_single_variables(plan::split_names(arguments.parameters),
                                                            experiment.detector.panels.size()),
                   .kernel = &kernel::find_kernel(arguments.kernel),
                   .panel = arguments.panel,
                   .most_pixels = arguments.pixels});
  std::size_t width = 15;
  for (const auto& row : rows) width = std::max(width, plan::name_of(row.variable).size() + 1);
  std::printf("%-*s%17s %17s %17s  %8s %8s\n", static_cast<int>(width), "d/d", "analytic",
              "dual numbers", "differences", "vs dual", "vs diff");
  for (const auto& row : rows) std::fputs(line(row, width).c_str(), stdout);
  const auto wrong = std::ranges::count_if(rows, [](const auto& row) { return !row.agrees; });
  if (wrong == 0) {
    std::puts("all derivatives agree");
    return 0;
  }
  std::printf("%td of %zu derivatives disagree\n", wrong, rows.size());
  return kDisagrees;
}

}  // namespace nanobragg::app

// nanobragg bench: the speed of every kernel on this machine.
#include <cstdio>

#include "commands.hpp"
#include "nanobragg/commands/kernel_speed.hpp"
#include "options.hpp"

namespace nanobragg::app {
namespace {

using kernel::Precision;

// Those that compute every step, one by one: others stand for these, or depend on the work.
bool is_measured(const kernel::Kernel& kernel, const std::string& asked) {
  if (!asked.empty()) return kernel.name == asked;
  return kernel.name.starts_with("simd-") || kernel.name == "scalar" || kernel.name == "reference";
}

}  // namespace

int bench(const std::vector<std::string>& arguments) {
  Options app("Measures pixel-steps a second of one core, for every shape, arithmetic and kernel",
              "nanobragg bench");
  bool json = false;
  double seconds = 0.1;
  std::string asked;
  app.add_flag("--json", json, "print JSON, with the environment");
  app.add_option("--seconds", seconds, "processor time for each row [0.1]")
      .check(between(0.0, 60.0, Shown::no))
      .type_name("S");
  app.add_option("--kernel", asked, "this one alone [each instruction set, scalar, reference]")
      .type_name("NAME");
  if (const auto code = parse_options(app, arguments)) return *code;
  if (!asked.empty()) kernel::find_kernel(asked);

  std::vector<commands::KernelSpeed> speeds;
  for (const commands::SpeedWork& work : commands::speed_works()) {
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      for (const kernel::Kernel& kernel : kernel::kernels()) {
        if (!is_measured(kernel, asked) || !commands::can_compute(kernel, work, precision))
          continue;
        speeds.push_back(commands::measure_speed(kernel, work, precision, seconds));
      }
    }
  }
  const std::string report =
      json ? commands::speeds_as_json(speeds) : commands::speeds_as_text(speeds);
  std::fputs(report.c_str(), stdout);
  return 0;
}

}  // namespace nanobragg::app

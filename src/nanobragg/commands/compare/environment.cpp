// Asks the libraries and the system who they are.
#include "nanobragg/commands/compare/environment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <hwy/highway.h>
#include <png.h>
#include <sys/utsname.h>
#include <tbb/version.h>
#include <toml++/toml.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <string_view>

#include "nanobragg/build_info.hpp"
#include "nanobragg/config/options/words.hpp"
#include "nanobragg/kernel/interface/kernel.hpp"

namespace nanobragg::commands {
namespace {

using Json = nlohmann::ordered_json;

// The instruction sets that there is code for and that this machine has.
Json cpu_features() {
  constexpr std::string_view kPrefix = "simd-";
  Json names = Json::array();
  for (const kernel::Kernel& kernel : kernel::kernels()) {
    if (kernel.name.starts_with(kPrefix)) names.push_back(kernel.name.substr(kPrefix.size()));
  }
  return names;
}

std::string version(int major, int minor, int patch) {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

Json libraries() {
  return {{"fmt", version(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
          {"highway", version(HWY_MAJOR, HWY_MINOR, HWY_PATCH)},
          {"nlohmann-json", version(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                    NLOHMANN_JSON_VERSION_PATCH)},
          {"oneTBB", version(TBB_VERSION_MAJOR, TBB_VERSION_MINOR, TBB_VERSION_PATCH)},
          {"libpng", PNG_LIBPNG_VER_STRING},
          {"toml++", version(TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH)}};
}

Json platform() {
  utsname names{};
  if (uname(&names) != 0) return "unknown";
  return {{"system", names.sysname}, {"release", names.release}, {"machine", names.machine}};
}

}  // namespace

std::string iso_time_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::string environment_json(const config::Job* run) {
  Json out{{"program", "nanobragg"},
           {"version", build_info::kVersion},
           {"git_commit", build_info::kGitCommit},
           {"compiler", build_info::kCompiler},
           {"build_type", build_info::kBuildType},
           {"kernel", nullptr},
           {"dtype", nullptr},
           {"threads", nullptr},
           {"device", "cpu"},
           {"cpu_features", cpu_features()},
           {"libraries", libraries()},
           {"platform", platform()},
           {"time", iso_time_now()}};
  if (run) {
    out["kernel"] = run->compute.kernel->name;
    out["dtype"] = config::word_of(run->compute.precision);
    out["threads"] = run->compute.threads;
  }
  return out.dump(1) + "\n";
}

}  // namespace nanobragg::commands

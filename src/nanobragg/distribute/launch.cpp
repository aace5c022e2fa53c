// Reads the environment.
#include "nanobragg/distribute/launch.hpp"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace nanobragg::distribute {
namespace {

struct Variables {
  const char* launcher;
  const char* processes;
  const char* rank;
};

// mpirun sets those of srun for the daemons that it starts, so it comes first.
constexpr std::array kVariables{
    Variables{"mpirun", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
    Variables{"srun", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID"},
    Variables{"mpiexec", "PMI_SIZE", "PMI_RANK"},
};

std::optional<std::size_t> number_in(const char* variable) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  std::size_t value = 0;
  const auto [end, code] = std::from_chars(text, text + std::strlen(text), value);
  if (code != std::errc() || *end != '\0') return std::nullopt;
  return value;
}

}  // namespace

Launch launch_of_environment() {
  for (const auto& [launcher, processes, rank] : kVariables) {
    const auto count = number_in(processes);
    const auto own = number_in(rank);
    if (!count || !own || *count < 2 || *own >= *count) continue;
    const bool connects = std::getenv("PMIX_RANK") != nullptr || std::getenv("PMI_RANK") != nullptr;
    return {launcher, *count, *own, connects};
  }
  return {};
}

}  // namespace nanobragg::distribute

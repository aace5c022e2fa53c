// What started this process: whether it is one of several.
#pragma once

#include <cstddef>
#include <string>

namespace nanobragg::distribute {

struct Launch {
  std::string launcher;  // "mpirun", "srun"; empty: none
  std::size_t processes = 1;
  std::size_t rank = 0;  // this one
  // Whether the launcher offers MPI a way to find the others (PMI, PMIx).
  bool connects = true;
};

// From the variables that launchers set: Open MPI's mpirun, those of PMI (MPICH, Intel MPI), srun.
// The batch script of a job is no step of srun, and alone.
Launch launch_of_environment();

}  // namespace nanobragg::distribute

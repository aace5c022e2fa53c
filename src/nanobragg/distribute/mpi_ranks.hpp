// Ranks that are processes of MPI.
#pragma once

#include <memory>
#include <string>

#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::distribute {

// Joins the processes that a launcher has started with this one; to be called once, by the main
// thread. What it gives is destroyed by all ranks before they end.
std::unique_ptr<Ranks> join_mpi();

// "Open MPI 4.1.4", for people.
std::string mpi_library();

}  // namespace nanobragg::distribute

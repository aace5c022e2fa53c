// What the flags of displacements and of the sizes of blocks set.
#include <array>

#include "unit/config/flag_rows.hpp"

namespace nanobragg::config {
namespace {

constexpr auto kRows = std::to_array<FlagRow>({
    {"-B_aniso 1 2 3 -0.4 0.5 6e-1",
     [](Settings& s) { s.anisotropic_b = {1.0, 2.0, 3.0, -0.4, 0.5, 0.6}; }},
    {"-diffuse_sigma 0.3", [](Settings& s) { s.diffuse_sigma_A = {0.3}; }},
    {"-diffuse_gamma 10 20 30",
     [](Settings& s) {
       s.diffuse_gamma_A = {10.0, 20.0, 30.0};
     }},
    {"-diffuse_laue 4/mmm", [](Settings& s) { s.diffuse_laue = "4/mmm"; }},
    {"-diffuse_neighbours 2", [](Settings& s) { s.diffuse_neighbours = 2; }},
    {"-block_sizes gamma:0.3:7", [](Settings& s) { s.block_sizes = "gamma:0.3:7"; }},
});

}  // namespace

std::span<const FlagRow> displacement_flag_rows() { return kRows; }

}  // namespace nanobragg::config

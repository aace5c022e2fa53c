// Looks at the processor.
#include "nanobragg/kernel/simd/code.hpp"

#include <array>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/kernel/simd/entry_points.hpp"

namespace nanobragg::kernel::simd {
namespace {

// Whether this machine and its system have what the code was compiled for. Highway could tell, but
// its library spends 4 ms on measuring clocks whenever a program starts.
#if !defined(NANOBRAGG_HAS_NEON)
[[maybe_unused]] bool has_sse4() {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("aes") &&
         __builtin_cpu_supports("pclmul");
}
[[maybe_unused]] bool has_avx2() {
  return has_sse4() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
[[maybe_unused]] bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#else
bool has_neon() { return true; }
#endif

#define NANOBRAGG_CODE(set)                                                            \
  Code {                                                                               \
    Isa::set, has_##set, set::render_row_single, set::render_row_full, set::sum_patch, \
        set::differentiate_single, set::differentiate_full, set::add_weighted_single,  \
        set::add_weighted_full                                                         \
  }
// Widest first.
constexpr auto kCode = std::to_array<Code>({
#if defined(NANOBRAGG_HAS_AVX512)
  NANOBRAGG_CODE(avx512),
#endif
#if defined(NANOBRAGG_HAS_AVX2)
      NANOBRAGG_CODE(avx2),
#endif
#if defined(NANOBRAGG_HAS_SSE4)
      NANOBRAGG_CODE(sse4),
#endif
#if defined(NANOBRAGG_HAS_NEON)
      NANOBRAGG_CODE(neon),
#endif
});
#undef NANOBRAGG_CODE

const Code* find_code(Isa isa) {
  for (const Code& code : kCode) {
    if ((isa == Isa::best || isa == code.isa) && code.runs_here()) return &code;
  }
  return nullptr;
}

}  // namespace

bool is_available(Isa isa) { return find_code(isa) != nullptr; }

const Code& code_for(Isa isa) {
  const Code* const code = find_code(isa);
  NANOBRAGG_EXPECTS(code != nullptr);
  return *code;
}

SumPatch patch_code() { return code_for(Isa::best).sum_patch; }

}  // namespace nanobragg::kernel::simd

// Loops for the widest vectors of the machine.
#pragma once

// Before a function: it is compiled for several instruction sets, and the program takes the widest
// that the machine has when it starts. For simple loops over arrays, which the compiler turns into
// vectors; results are the same bits on all, because nothing is contracted. What the function calls
// is cloned with it only where it is inlined.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define NANOBRAGG_VECTOR_CLONES [[gnu::target_clones("default", "avx2", "arch=skylake-avx512")]]
#else
#define NANOBRAGG_VECTOR_CLONES
#endif

// The instruction sets that the SIMD kernel is compiled for; NANOBRAGG_ISA names one in each build
// of its files.
#pragma once

#ifndef NANOBRAGG_ISA
#error "compile this file once for each instruction set, with NANOBRAGG_ISA as its name"
#endif

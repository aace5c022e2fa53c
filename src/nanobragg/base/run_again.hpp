// Work that ended early and can be gone on with, and the exit codes that programs see.
#pragma once

#include <exception>

#include "nanobragg/base/error.hpp"

namespace nanobragg {

// What is written is valid, and the same command goes on from there: a signal, a time limit, a full
// disk.
class RunAgain : public Error {
 public:
  using Error::Error;
};

inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;
inline constexpr int kRunAgain = 75;  // EX_TEMPFAIL of sysexits.h

// The exit code of a run that ends with this.
int exit_code_of(const std::exception& error);

// Throws the Error that stands for an exit code.
[[noreturn]] void throw_as(int exit_code, const Error& error);

}  // namespace nanobragg

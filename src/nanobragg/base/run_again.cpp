// Tells kinds of errors apart.
#include "nanobragg/base/run_again.hpp"

namespace nanobragg {

int exit_code_of(const std::exception& error) {
  if (dynamic_cast<const RunAgain*>(&error)) return kRunAgain;
  return dynamic_cast<const UsageError*>(&error) ? kWrongUsage : kFailed;
}

void throw_as(int exit_code, const Error& error) {
  if (exit_code == kRunAgain) throw RunAgain(error.problem(), error.where(), error.hint());
  if (exit_code == kWrongUsage) throw UsageError(error.problem(), error.where(), error.hint());
  throw error;
}

}  // namespace nanobragg

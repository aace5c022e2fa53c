// The one error type: what went wrong, where, and what to do about it.
#pragma once

#include <exception>
#include <string>

namespace nanobragg {

// Reads as "where: what: hint"; empty parts are left out. `what` carries its reason in brackets:
// Error("unknown flag '-lamda' (no such option)", "", "did you mean '-lambda'?").
class Error : public std::exception {
 public:
  explicit Error(std::string what, std::string where = {}, std::string hint = {});

  // The whole sentence, for the console.
  const char* what() const noexcept override { return message_.c_str(); }
  const std::string& problem() const noexcept { return problem_; }
  const std::string& where() const noexcept { return where_; }
  const std::string& hint() const noexcept { return hint_; }

 private:
  std::string problem_;
  std::string where_;
  std::string hint_;
  std::string message_;
};

// The command line or configuration is wrong, not the data it names: exit code 2 instead of 1.
class UsageError : public Error {
 public:
  using Error::Error;
};

}  // namespace nanobragg

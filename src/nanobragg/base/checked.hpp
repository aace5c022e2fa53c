// Values that cannot exist unless they are valid, and never change.
#pragma once

#include <utility>

namespace nanobragg {

// An immutable T that has passed check(T), a function beside T that throws Error on a value out of
// its domain. Members are read through `->`.
template <class T>
class Checked {
 public:
  explicit Checked(T values) : values_(std::move(values)) { check(values_); }
  const T* operator->() const { return &values_; }
  const T& operator*() const { return values_; }

 private:
  T values_;
};

}  // namespace nanobragg

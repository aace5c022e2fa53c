// Room for values that are set before they are read.
#pragma once

#include <cstddef>
#include <type_traits>

namespace nanobragg::kernel {

// Arrays of vectors of numbers would be zeroed first.
template <class T, std::size_t kCount>
class Slots {
 public:
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

  T* data() { return reinterpret_cast<T*>(memory_); }
  T& operator[](std::size_t i) { return data()[i]; }

 private:
  alignas(T) std::byte memory_[kCount * sizeof(T)];
};

}  // namespace nanobragg::kernel

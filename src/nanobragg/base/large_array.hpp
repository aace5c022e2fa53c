// Arrays as large as images, whose memory comes cheaply.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "nanobragg/base/memory.hpp"

namespace nanobragg {

// An allocator of zeros, which the system gives where much memory is asked for: nothing is written
// a second time. Large pages come first: to be given memory in small ones takes as long as to
// compute with it.
template <class T>
struct ZeroedMemory {
  using value_type = T;
  ZeroedMemory() = default;
  template <class U>
  explicit ZeroedMemory(const ZeroedMemory<U>&) {}

  T* allocate(std::size_t size) {
    void* const memory = std::calloc(size, sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    prefer_large_pages(memory, size * sizeof(T));
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { std::free(memory); }
  // A new element is the zero that stands there.
  void construct(T*) {}
  template <class Value>
  void construct(T* element, Value&& value) {
    *element = std::forward<Value>(value);
  }
  friend bool operator==(const ZeroedMemory&, const ZeroedMemory&) { return true; }
};

// Numbers, zero at first. It keeps the size that it was made with.
template <class T>
using LargeArray = std::vector<T, ZeroedMemory<T>>;

}  // namespace nanobragg

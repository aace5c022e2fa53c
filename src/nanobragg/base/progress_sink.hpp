// Where long work reports how far it is.
#pragma once

#include <cstddef>

namespace nanobragg {

// The default does nothing. Implementations must allow calls from several threads at once.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  // `pixels` more pixels are finished.
  virtual void advance(std::size_t /*pixels*/) {}
};

}  // namespace nanobragg

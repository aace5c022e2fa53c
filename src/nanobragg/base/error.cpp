// Puts the sentence of an error together.
#include "nanobragg/base/error.hpp"

#include <utility>

namespace nanobragg {

Error::Error(std::string what, std::string where, std::string hint)
    : problem_(std::move(what)), where_(std::move(where)), hint_(std::move(hint)) {
  if (!where_.empty()) message_ = where_ + ": ";
  message_ += problem_;
  if (!hint_.empty()) message_ += ": " + hint_;
}

}  // namespace nanobragg

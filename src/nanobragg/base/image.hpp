// Two-dimensional arrays of pixels, stored row by row: slow axis first, fast axis contiguous.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "nanobragg/base/contracts.hpp"
#include "nanobragg/base/large_array.hpp"

namespace nanobragg {

struct PixelIndex {
  std::size_t slow = 0;
  std::size_t fast = 0;
  friend bool operator==(const PixelIndex&, const PixelIndex&) = default;
};

struct ImageShape {
  std::size_t slow = 0;
  std::size_t fast = 0;
  constexpr std::size_t size() const { return slow * fast; }
  friend bool operator==(const ImageShape&, const ImageShape&) = default;
};

// A view of pixels that another object owns; T may be const.
template <class T>
class ImageView {
 public:
  ImageView(ImageShape shape, std::span<T> pixels) : shape_(shape), pixels_(pixels) {
    NANOBRAGG_EXPECTS(pixels.size() == shape.size());
  }
  // Writable pixels can be looked at.
  operator ImageView<const T>() const requires(!std::is_const_v<T>) { return {shape_, pixels_}; }
  ImageShape shape() const { return shape_; }
  std::span<T> pixels() const { return pixels_; }
  std::span<T> row(std::size_t slow) const {
    return pixels_.subspan(slow * shape_.fast, shape_.fast);
  }
  T& operator[](PixelIndex p) const { return pixels_[p.slow * shape_.fast + p.fast]; }

 private:
  ImageShape shape_;
  std::span<T> pixels_;
};

// Pixels that the image owns, zero at first.
template <class T>
class Image {
 public:
  Image() = default;
  explicit Image(ImageShape shape) : shape_(shape), pixels_(shape.size()) {}
  Image(ImageShape shape, const std::vector<T>& pixels)
      : shape_(shape), pixels_(pixels.begin(), pixels.end()) {
    NANOBRAGG_EXPECTS(pixels_.size() == shape.size());
  }
  ImageShape shape() const { return shape_; }
  std::span<T> pixels() { return pixels_; }
  std::span<const T> pixels() const { return pixels_; }
  ImageView<T> view() { return {shape_, pixels_}; }
  ImageView<const T> view() const { return {shape_, pixels_}; }
  T& operator[](PixelIndex p) { return pixels_[p.slow * shape_.fast + p.fast]; }
  const T& operator[](PixelIndex p) const { return pixels_[p.slow * shape_.fast + p.fast]; }

 private:
  ImageShape shape_;
  LargeArray<T> pixels_;
};

}  // namespace nanobragg

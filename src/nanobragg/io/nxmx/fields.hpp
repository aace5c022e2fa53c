// The groups and fields of a NeXus file, asked for by class, unit and exposure.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nanobragg/io/nxmx/hdf5_tree.hpp"

namespace nanobragg::io::nxmx {

// Which unit names a field may have.
using UnitNames = std::optional<double> (*)(std::string_view);

class Fields {
 public:
  // `name` is that of the file, for messages. Exposures count from 0.
  Fields(std::unique_ptr<hdf5::Tree> tree, std::string name, std::size_t exposure)
      : tree_(std::move(tree)), name_(std::move(name)), exposure_(exposure) {}

  std::optional<hdf5::Object> look(const std::string& path) const { return tree_->look(path); }
  // A dataset or group that can be read. Throws Error where there is none.
  hdf5::Object needed(const std::string& path) const;
  bool exists(const std::string& path) const { return look(path).has_value(); }
  // Whether there is a dataset with at least one number.
  bool has_numbers(const std::string& path) const;

  // Paths of the members of a group with this NX_class, in the order of their names.
  std::vector<std::string> of_class(const std::string& group, std::string_view nx_class) const;
  // The first of them. Throws Error, naming the class, where there is none.
  std::string first_of_class(const std::string& group, std::string_view nx_class) const;

  // A sentence for each member of a group that is a link to what cannot be read.
  std::vector<std::string> unreadable(const std::string& group) const;

  std::vector<double> numbers(const std::string& path,
                              std::optional<hdf5::Rows> rows = std::nullopt) const;
  std::optional<double> number(const std::string& path) const;  // the first
  std::optional<std::string> text(const std::string& path) const;

  // What one in the units of a field is. Throws Error for a unit that is not known, or missing.
  double factor(const std::string& path, UnitNames units, const char* attribute = "units") const;
  // The first number of a field in the base unit; nothing where there is no such field.
  std::optional<double> quantity(const std::string& path, UnitNames units) const;

  // Which of several rows is that of the exposure: one row may stand for all. Throws UsageError
  // where there are several, and fewer than the exposure needs.
  std::size_t row_of_exposure(std::size_t rows, const std::string& path) const;
  double of_exposure(const std::vector<double>& values, const std::string& path) const;
  // The longest list that was asked for a row; at least 1.
  std::size_t exposures() const { return exposures_; }
  std::size_t exposure() const { return exposure_; }
  [[noreturn]] void refuse_exposure(std::size_t count, const std::string& path) const;

  [[noreturn]] void refuse(const std::string& problem, const std::string& path,
                           const std::string& hint = "") const;
  // Where something is, for messages of others.
  std::string where(const std::string& path) const { return name_ + ": " + path; }
  void warn(const std::string& sentence) const;
  std::vector<std::string> take_warnings() const { return std::move(warnings_); }

 private:
  std::unique_ptr<hdf5::Tree> tree_;
  std::string name_;
  std::size_t exposure_;
  mutable std::size_t exposures_ = 1;
  mutable std::vector<std::string> warnings_;
};

}  // namespace nanobragg::io::nxmx

// Which column of a list of reflections holds the amplitudes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nanobragg/io/reflections/reflection_table.hpp"
#include "nanobragg/model/expand_to_p1.hpp"

namespace nanobragg::config {

struct AmplitudeColumn {
  const io::ReflectionColumn* column;
  const io::ReflectionColumn* mate = nullptr;  // the column of F(−) or I(−) beside that of (+)
  // "FP (amplitudes, type F)"
  std::string description() const;
};

// The column called `name`; either name of a pair means both. Without a name the first of: a pair
// F(+), F(−); amplitudes; a pair I(+), I(−); intensities; the same two calculated from a model; map
// coefficients, each in the order of the file. Throws Error, with the columns that would do, where
// there is none or it holds something else.
AmplitudeColumn choose_column(const io::ReflectionTable& table,
                              const std::optional<std::string>& name);

struct ColumnAmplitudes {
  std::vector<MergedReflection> reflections;  // those that have an amplitude
  std::size_t negative_intensities = 0;       // made 0
};

// F, or √I of an intensity.
ColumnAmplitudes amplitudes_of(const io::ReflectionTable& table, const AmplitudeColumn& choice);

}  // namespace nanobragg::config

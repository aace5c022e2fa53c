// The known name that is nearest to a mistyped one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nanobragg {

// Letters to insert, delete, replace or swap with their neighbour to turn `a` into `b`, each letter
// touched at most once (optimal string alignment; Damerau, Comm. ACM 7 (1964) 171).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The first of the candidates that are nearest to `name`; unset where more than a third of the
// letters would have to change, then the shortest that begins with `name`. Leading dashes do not
// count as letters.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace nanobragg

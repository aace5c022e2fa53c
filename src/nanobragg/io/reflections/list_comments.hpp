// What the comments of a text of h k l F say of its columns, its cell and its symmetry.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nanobragg::io {

std::string upper_case(std::string_view text);
// The words of a line, between spaces, commas, semicolons and quotes.
std::vector<std::string> words_of_list(std::string_view line);
bool is_list_comment(std::string_view line);

// Whether these are the names of columns that begin with h, k and l.
bool names_indices(std::span<const std::string> words);
// Whether a column of this name has intensities.
bool names_intensity(const std::string& word);

// What the comments at the head of a text say against taking it as h k l F in P1 of this cell,
// which is empty where it comes from elsewhere.
std::vector<std::string> doubts_of_comments(std::string_view text, const std::string& name,
                                            std::span<const double> cell);

}  // namespace nanobragg::io

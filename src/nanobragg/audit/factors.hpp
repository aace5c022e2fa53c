// The last product of a trace: which factor explains the ratio of two final values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nanobragg/audit/document.hpp"

namespace nanobragg::audit {

// One factor of I_pixel_final in two traces. Divisors (steps) are inverted, and factors that an
// -oversample_ flag has moved into the sum are 1.
struct Factor {
  std::string name;
  double a = 0.0;
  double b = 0.0;
  double ratio = 0.0;  // b/a; NaN where a is 0
  std::optional<double>
      share;  // ln(ratio) / ln(ratio of I_pixel_final), where both have a logarithm
};

struct FactorReport {
  std::vector<Factor> factors;  // those that both traces hold
  double final_ratio = 0.0;     // of I_pixel_final, b/a
  double product_ratio = 0.0;   // of the product of the factors, b/a
  // What the product lacks: product/I_pixel_final of each trace, 1 where its own numbers agree.
  double closure_a = 0.0;
  double closure_b = 0.0;
  // The factor with more than half of the final ratio, as far as logarithms tell.
  std::optional<std::string> explained_by;
};

// Two traces of which neither carries in I_before_scaling a factor of the last step.
struct SettledPair {
  Document a;
  Document b;
  std::vector<std::string> notes;
};

// Some programs print I_before_scaling with a factor of the last step in it. Where taking it out
// brings the two traces nearer to each other, it is taken out.
SettledPair settle_carried_factors(const Document& a, const Document& b);

// Unset where a trace lacks I_before_scaling or I_pixel_final.
std::optional<FactorReport> compare_factors(const Document& a, const Document& b);

// The one factor without which a trace's own product gives its own I_pixel_final: either
// I_before_scaling carries it already, or the last step leaves it out.
std::optional<std::string_view> left_out_factor(const Document& document);

// Where a trace's photons are not the product of the factors that it states: a sentence that says
// so and, where one factor applied another number of times does it, which.
std::optional<std::string> contradiction(const Document& document);

// The value that a factor has in the product: 1/steps for steps.
double factor_value(const Document& document, std::string_view name);

}  // namespace nanobragg::audit

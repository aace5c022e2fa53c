// What came out of a refinement, for people and for programs.
#pragma once

#include <string>
#include <string_view>

#include "nanobragg/refine/problem.hpp"
#include "nanobragg/report/preview.hpp"

namespace nanobragg::refine {

// More amplitudes than that are counted, not listed, and their correlations are left to the JSON.
inline constexpr std::size_t kMostListed = 40;

std::string_view word_of(Outcome outcome);

// "start", "refined" and "±" of each parameter in users' units, then strong correlations.
std::string parameter_table(const Result& result);
// One sentence: how it ended.
std::string outcome_sentence(const Result& result);
// 0.0123(45): a value with its standard uncertainty in the last digits shown.
std::string with_uncertainty(double value, double uncertainty);

// Everything, with all digits: outcome, parameters, correlations, history, amplitudes.
std::string result_json(const Result& result);
// stage,iteration,loss,gradient,step,seconds; one line an iteration.
std::string history_csv(const Result& result);

// Encoded pictures of the first observation, and what their colours stand for.
struct ResultPictures {
  std::string observed_png, before_png, after_png, residual_png;
  report::PreviewLevels levels, before_levels;
  double residual_scale = 0.0;  // standard deviations at full colour
};

struct ReportText {
  std::string command;     // as typed
  std::string experiment;  // the refined one as TOML
};

// A page that needs nothing else.
std::string html_report(const Result& result, const ResultPictures& pictures,
                        const ReportText& text);

}  // namespace nanobragg::refine

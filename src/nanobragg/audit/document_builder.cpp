// Synonyms, units, repetitions and counts of what a trace holds.
#include "nanobragg/audit/document_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "nanobragg/audit/chain.hpp"
#include "nanobragg/base/error.hpp"

namespace nanobragg::audit {
namespace {

constexpr std::string_view kBeforePolarisation = "I_before_scaling_pre_polar";
constexpr std::string_view kAfterPolarisation = "I_before_scaling_post_polar";
constexpr std::string_view kIntensity = "I_before_scaling";
constexpr std::string_view kScattering = "scattering_vec_A_inv";

// Scattering vectors have 0.001 … 10 Å⁻¹, which is 1e7 … 1e11 m⁻¹: in between nothing is met.
constexpr double kLongestInAngstroms = 1e5;

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same_value(const Entry& a, const Entry& b) {
  return a.words == b.words && std::ranges::equal(a.numbers, b.numbers, same_number);
}

std::string shown(const Entry& entry) {
  if (entry.numbers.empty()) return "'" + entry.words + "'";
  return fmt::format("{:.15g}", fmt::join(entry.numbers, " "));
}

std::string shown(PixelIndex pixel) {
  return fmt::format("slow {} fast {}", pixel.slow, pixel.fast);
}

// A word of the input, fit for a message.
std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::string word(text.substr(0, kLongest));
  std::ranges::replace_if(
      word, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return "'" + word + (text.size() > kLongest ? "...'" : "'");
}

double norm(const std::vector<double>& numbers) {
  double sum = 0.0;
  for (const double x : numbers) sum += x * x;
  return std::sqrt(sum);
}

void check_value(const ChainKey& key, const Entry& entry, const std::string& where) {
  if (key.measure == Measure::words) return;
  if (entry.numbers.empty()) {
    throw Error(fmt::format("{}: {} is not a number", entry.spelling, in_quotes(entry.words)),
                where);
  }
  const auto expected = static_cast<std::size_t>(key.components);
  if (expected != 0 && entry.numbers.size() != expected) {
    throw Error(fmt::format("{}: expected {} number{}, found {}", entry.spelling, expected,
                            expected == 1 ? "" : "s", entry.numbers.size()),
                where);
  }
}

}  // namespace

std::string DocumentBuilder::place(std::size_t line) const {
  return fmt::format("{}:{}", document_.name, line);
}

void DocumentBuilder::note(const std::string& text) {
  if (std::ranges::find(document_.notes, text) == document_.notes.end()) {
    document_.notes.push_back(text);
  }
}

void DocumentBuilder::set_program(std::string_view program, std::size_t line) {
  if (document_.program.empty()) document_.program = program;
  if (document_.program == program) return;
  throw Error(fmt::format("traces of two programs (TRACE_{} above, TRACE_{} here)",
                          document_.program, program),
              place(line), "keep the lines of one of them in a file of its own");
}

void DocumentBuilder::announce_pixel(PixelIndex pixel, std::size_t line) {
  skipping_ = wanted_ && pixel != *wanted_;
  if (skipping_) {
    other_ = pixel;
    return;
  }
  if (document_.pixel && *document_.pixel != pixel) {
    throw Error(fmt::format("traces of several pixels ({} above, {} here)", shown(*document_.pixel),
                            shown(pixel)),
                place(line), "choose one with --pixel SLOW FAST");
  }
  document_.pixel = pixel;
}

void DocumentBuilder::count_evaluation(std::string_view key) {
  if (key != "pix0_vector_meters" && key != "pixel_pos_meters") return;
  if (evaluation_starts_with_.empty()) evaluation_starts_with_ = key;
  if (evaluation_starts_with_ == key) ++evaluations_;
}

void DocumentBuilder::add(const WrittenValue& written) {
  if (skipping_) return;
  const std::string spelled = std::string(written.prefix) + std::string(written.spelling);
  Entry entry{std::string(canonical_key(spelled)),
              std::string(written.spelling),
              written.value.numbers,
              written.value.words,
              written.at,
              written.line,
              {}};
  const auto position = position_in_chain(entry.key);
  if (position) check_value(chain()[*position], entry, place(entry.line));
  count_evaluation(entry.key);

  // Geometry and scaling are computed once, however often the pixel is evaluated.
  const bool once = position && (chain()[*position].scope == Scope::once_before ||
                                 chain()[*position].scope == Scope::once_after);
  const std::size_t ordinal = seen_[{spelled, entry.at}]++;
  entry.at.evaluation = once || evaluations_ == 0 ? 0 : evaluations_ - 1;
  auto& digits = digits_[entry.key];
  digits.insert(digits.end(), written.value.digits.begin(), written.value.digits.end());
  pending_.push_back({std::move(entry), spelled, ordinal, once, written.value.digits});
}

// Lines of an evaluation follow the one that begins it. In another order, or without that line, the
// n-th of a key belongs to the n-th evaluation.
bool DocumentBuilder::counts_by_ordinals() {
  std::map<std::pair<std::string_view, Occurrence>, const Entry*> first;
  bool is_complete = evaluations_ > 0;
  bool collides = false;
  for (const Pending& one : pending_) {
    if (one.once) continue;
    Occurrence step = one.entry.at;
    step.evaluation = 0;
    is_complete = is_complete && seen_.at({one.spelled, step}) == evaluations_;
    const auto [found, is_new] = first.try_emplace({one.spelled, one.entry.at}, &one.entry);
    collides = collides || (!is_new && !same_value(*found->second, one.entry));
  }
  if (collides && evaluations_ > 1) {
    note(
        fmt::format("the lines of {} evaluations are not one evaluation after the other: the n-th "
                    "line of a key is taken for that of the n-th evaluation",
                    evaluations_));
  }
  return is_complete || collides;
}

void DocumentBuilder::settle_evaluations() {
  const bool by_ordinals = counts_by_ordinals();
  for (Pending& one : pending_) {
    if (by_ordinals && !one.once) one.entry.at.evaluation = one.ordinal;
    insert(std::move(one.entry));
  }
  pending_.clear();
}

void DocumentBuilder::settle_uncertainties() {
  std::vector<PrintedDigits> all;
  for (const auto& [key, digits] : digits_) all.insert(all.end(), digits.begin(), digits.end());
  const NumberFormat of_text = format_of(all);
  std::map<std::string_view, NumberFormat> of_lines;
  for (const auto& [key, digits] : digits_) of_lines[key] = format_of(digits);
  for (Pending& one : pending_) {
    for (std::size_t i = 0; i < one.digits.size(); ++i) {
      one.entry.uncertainty.push_back(
          uncertainty_of(one.entry.numbers[i], one.digits[i], of_text, of_lines[one.entry.key]));
    }
  }
}

void DocumentBuilder::insert(Entry entry) {
  const auto [found, is_new] = index_.try_emplace({entry.key, entry.at}, document_.entries.size());
  if (is_new) {
    document_.entries.push_back(std::move(entry));
  } else if (!same_value(document_.entries[found->second], entry)) {
    resolve_repetition(found->second, std::move(entry));
  }
}

void DocumentBuilder::resolve_repetition(std::size_t earlier, Entry entry) {
  Entry& first = document_.entries[earlier];
  const auto position = position_in_chain(entry.key);
  if (position && chain()[*position].scope == Scope::once_before) {
    note(fmt::format("{} is given in lines {} and {} with other values: the last is compared",
                     entry.spelling, first.line, entry.line));
    first = std::move(entry);
    return;
  }
  if (first.spelling == entry.spelling) {
    throw Error(fmt::format("'{}' repeated with another value ({} in line {}, {} here)",
                            describe(entry.key, entry.at), shown(first), first.line, shown(entry)),
                place(entry.line), "a file holds the trace of one pixel of one run");
  }
  // Two spellings of a key that differ are two things; the one that says more is the key.
  if (entry.spelling == kBeforePolarisation) std::swap(first, entry);
  note(fmt::format("{} (line {}) differs from {} (line {}), which is the one compared",
                   entry.spelling, entry.line, first.spelling, first.line));
  entry.key = entry.spelling + " (other spelling)";
  insert(std::move(entry));
}

// What carries the polarisation already is divided by it again.
void DocumentBuilder::settle_polarised_intensity() {
  const Entry* after = document_.first(kAfterPolarisation);
  const Entry* polar = document_.find("polar");
  if (after == nullptr || polar == nullptr || document_.find(kIntensity) != nullptr) return;
  if (after->numbers.size() != 1 || polar->numbers.front() == 0.0) return;
  note(fmt::format("{} is compared as {} after division by polar", kAfterPolarisation, kIntensity));
  Entry entry = *after;
  entry.key = kIntensity;
  entry.at = {};
  entry.numbers.front() /= polar->numbers.front();
  for (double& x : entry.uncertainty) x /= polar->numbers.front();
  insert(std::move(entry));
}

void DocumentBuilder::settle_scattering_units() {
  for (Entry& entry : document_.entries) {
    if (entry.key != kScattering) continue;
    const double length = norm(entry.numbers);
    if (length > 0.0 && length < kLongestInAngstroms) {
      for (double& x : entry.numbers) x *= 1e10;
      for (double& x : entry.uncertainty) x *= 1e10;
      note(fmt::format("{} holds 1/A by its size: compared in 1/m", entry.spelling));
    } else if (length > 0.0 && entry.spelling == kScattering) {
      note(fmt::format("{} holds 1/m by its size, whatever its name says", entry.spelling));
    }
  }
}

Document DocumentBuilder::finish() {
  settle_uncertainties();
  settle_evaluations();
  if (document_.program.empty()) {
    throw Error("no trace found (no line of TRACE_C, TRACE_PY or TRACE_CPP)", document_.name,
                "nanoBragg.c writes them with -trace_pixel SLOW FAST");
  }
  if (other_ && !document_.pixel) {
    throw Error(
        fmt::format("no trace of pixel {} (there is one of {})", shown(*wanted_), shown(*other_)),
        document_.name, "--pixel SLOW FAST chooses one that is there");
  }
  const bool any_known = std::ranges::any_of(document_.entries, [](const Entry& entry) {
    return position_in_chain(entry.key).has_value();
  });
  if (!any_known) {
    throw Error(fmt::format("no known key in {} trace lines", document_.entries.size()),
                document_.name, "a trace holds keys such as pix0_vector_meters and hkl_frac");
  }
  settle_polarised_intensity();
  settle_scattering_units();
  index_.clear();
  return std::exchange(document_, {});
}

}  // namespace nanobragg::audit

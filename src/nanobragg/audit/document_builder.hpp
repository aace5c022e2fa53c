// Puts a document together value by value, and refuses what contradicts itself.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "nanobragg/audit/document.hpp"
#include "nanobragg/audit/trace_line.hpp"

namespace nanobragg::audit {

// A value as it stands in the text.
struct WrittenValue {
  std::string_view prefix;  // of the key in chain(): "phi.", "source." or nothing
  std::string_view spelling;
  Value value;
  Occurrence at;  // the evaluation is counted by the builder
  std::size_t line = 0;
};

class DocumentBuilder {
 public:
  // With a pixel, what follows the announcement of another one is left out.
  DocumentBuilder(std::string name, std::optional<PixelIndex> wanted) : wanted_(wanted) {
    document_.name = std::move(name);
  }

  // Throws Error where a second program has its say.
  void set_program(std::string_view program, std::size_t line);
  // What follows belongs to this pixel. Throws Error for a second one, where none was chosen.
  void announce_pixel(PixelIndex pixel, std::size_t line);
  void add(const WrittenValue& written);
  // Throws Error where no key was known. The builder is empty afterwards.
  Document finish();

 private:
  // An entry whose place among the evaluations is not settled yet.
  struct Pending {
    Entry entry;
    std::string spelled;      // with its prefix
    std::size_t ordinal = 0;  // of its spelling, step and source: how many stand before it
    bool once = false;        // of the geometry or the scaling: of no single evaluation
    std::vector<PrintedDigits> digits = {};
  };
  void count_evaluation(std::string_view key);
  bool counts_by_ordinals();
  void settle_evaluations();
  void insert(Entry entry);
  void resolve_repetition(std::size_t earlier, Entry entry);
  void settle_uncertainties();
  void settle_polarised_intensity();
  void settle_scattering_units();
  std::string place(std::size_t line) const;
  void note(const std::string& text);

  Document document_;
  std::optional<PixelIndex> wanted_;
  std::optional<PixelIndex> other_;  // the last one that was announced and left out
  bool skipping_ = false;
  std::vector<Pending> pending_;
  std::map<std::pair<std::string, Occurrence>, std::size_t> seen_;  // how often
  std::map<std::string, std::vector<PrintedDigits>> digits_;        // of the numbers of each key
  std::map<std::pair<std::string, Occurrence>, std::size_t> index_;
  std::string evaluation_starts_with_;
  std::size_t evaluations_ = 0;
};

}  // namespace nanobragg::audit

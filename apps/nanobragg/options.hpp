// The double-dash options of subcommands. CLI11, which reads them, is compiled in options.cpp
// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
class Validator;
}  // namespace CLI

namespace nanobragg::app {

// What the help shows of a check, besides the help of its option.
enum class Shown : std::uint8_t { no, yes };

// What a value has to be.
class Check {
 public:
  explicit Check(const CLI::Validator& rule);
  const CLI::Validator& rule() const { return *rule_; }

 private:
  std::shared_ptr<const CLI::Validator> rule_;
};

// A number above 0; one from 0 on; a finite number other than 0; a pixel's index along an axis,
// from 0; a number of pixels, from 1; one of these words; a number from `least` to `most`.
Check above_zero();
Check zero_or_more();
Check other_than_zero();
Check pixel_index();
Check pixel_count();
Check one_of(const std::vector<std::string>& words, Shown shown = Shown::yes);
Check between(double least, double most, Shown shown = Shown::yes);
Check count_up_to(std::size_t most);

// One option, to be described further.
class OptionRow {
 public:
  explicit OptionRow(CLI::Option* option) : option_(option) {}
  OptionRow& required();
  OptionRow& check(const Check& check);
  // How the help calls its values.
  OptionRow& type_name(const std::string& name);
  OptionRow& takes(int values);
  OptionRow& takes(int least, int most);
  // May be given again; each time takes one value, or a group of so many.
  OptionRow& one_each_time();
  OptionRow& group_each_time(int values);

 private:
  CLI::Option* option_;
};

// The options of a subcommand, and where their values go.
class Options {
 public:
  Options(const std::string& description, const std::string& command);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  void footer(const std::string& text);
  // T is a text, a path, a number, an optional or a list of these; those used stand in options.cpp.
  template <class T>
  OptionRow add_option(const std::string& name, T& value, const std::string& help);
  void add_flag(const std::string& name, bool& value, const std::string& help);
  CLI::App& app() { return *app_; }

 private:
  std::unique_ptr<CLI::App> app_;
};

// Reads the arguments into what `options` describes. Returns the exit code where there is nothing
// left to do (--help). Throws UsageError for wrong arguments.
std::optional<int> parse_options(Options& options, std::vector<std::string> arguments);

}  // namespace nanobragg::app

// Lets CLI11 read arguments and turns its exceptions into the program's own.
#include "options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "nanobragg/base/error.hpp"

namespace nanobragg::app {
namespace {

// A whole number from `least` on, of few enough digits for any image.
Check whole_number(int least, const std::string& meaning) {
  constexpr std::size_t kMostDigits = 9;
  return Check(CLI::Validator(
      [=](std::string& text) {
        const bool digits = !text.empty() && text.size() <= kMostDigits &&
                            text.find_first_not_of("0123456789") == std::string::npos;
        return digits && std::stoi(text) >= least ? std::string() : "'" + text + "' " + meaning;
      },
      ""));
}

// A finite number that `fits`.
template <class Fits>
Check finite_number(Fits fits, const std::string& meaning) {
  return Check(CLI::Validator(
      [=](std::string& text) {
        double number = 0.0;
        const bool good =
            CLI::detail::lexical_cast(text, number) && std::isfinite(number) && fits(number);
        return good ? std::string() : "'" + text + "' " + meaning;
      },
      ""));
}

Check as_shown(CLI::Validator rule, Shown shown) {
  if (shown == Shown::no) rule.description("");
  return Check(rule);
}

}  // namespace

Check::Check(const CLI::Validator& rule) : rule_(std::make_shared<CLI::Validator>(rule)) {}

Check above_zero() {
  return finite_number([](double number) { return number > 0.0; }, "is not a positive number");
}

Check zero_or_more() {
  return finite_number([](double number) { return number >= 0.0; }, "is not a number from 0 on");
}

Check other_than_zero() {
  return finite_number([](double number) { return number != 0.0; }, "is not a number other than 0");
}

Check pixel_index() { return whole_number(0, "is not a pixel index (pixels count from 0)"); }

Check pixel_count() { return whole_number(1, "is not a number of pixels"); }

Check one_of(const std::vector<std::string>& words, Shown shown) {
  return as_shown(CLI::IsMember(words), shown);
}

Check between(double least, double most, Shown shown) {
  return as_shown(CLI::Range(least, most), shown);
}

Check count_up_to(std::size_t most) {
  return as_shown(CLI::Range(std::size_t{1}, most), Shown::no);
}

OptionRow& OptionRow::required() {
  option_->required();
  return *this;
}

OptionRow& OptionRow::check(const Check& check) {
  option_->check(check.rule());
  return *this;
}

OptionRow& OptionRow::type_name(const std::string& name) {
  option_->type_name(name);
  return *this;
}

OptionRow& OptionRow::takes(int values) {
  option_->expected(values);
  return *this;
}

OptionRow& OptionRow::takes(int least, int most) {
  option_->expected(least, most);
  return *this;
}

OptionRow& OptionRow::one_each_time() {
  option_->allow_extra_args(false);
  return *this;
}

OptionRow& OptionRow::group_each_time(int values) {
  option_->type_size(values);
  option_->expected(1, CLI::detail::expected_max_vector_size);
  return one_each_time();
}

Options::Options(const std::string& description, const std::string& command)
    : app_(std::make_unique<CLI::App>(description, command)) {}

Options::~Options() = default;

void Options::footer(const std::string& text) { app_->footer(text); }

template <class T>
OptionRow Options::add_option(const std::string& name, T& value, const std::string& help) {
  return OptionRow(app_->add_option(name, value, help));
}

void Options::add_flag(const std::string& name, bool& value, const std::string& help) {
  app_->add_flag(name, value, help);
}

using Text = const std::string&;
template OptionRow Options::add_option(Text, std::string&, Text);
template OptionRow Options::add_option(Text, std::filesystem::path&, Text);
template OptionRow Options::add_option(Text, double&, Text);
template OptionRow Options::add_option(Text, int&, Text);
template OptionRow Options::add_option(Text, std::size_t&, Text);
template OptionRow Options::add_option(Text, std::optional<std::string>&, Text);
template OptionRow Options::add_option(Text, std::optional<double>&, Text);
template OptionRow Options::add_option(Text, std::optional<std::size_t>&, Text);
template OptionRow Options::add_option(Text, std::vector<std::string>&, Text);
template OptionRow Options::add_option(Text, std::vector<double>&, Text);
template OptionRow Options::add_option(Text, std::vector<std::size_t>&, Text);
template OptionRow Options::add_option(Text, std::vector<std::int64_t>&, Text);

std::optional<int> parse_options(Options& options, std::vector<std::string> arguments) {
  CLI::App& app = options.app();
  try {
    // CLI11 takes them from the back.
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what(), app.get_name(), "see " + app.get_name() + " --help");
  }
  return std::nullopt;
}

}  // namespace nanobragg::app

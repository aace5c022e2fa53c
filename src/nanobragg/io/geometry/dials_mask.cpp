// A machine for the few instructions of pickles that masks are made of (Python, pickletools.py).
#include "nanobragg/io/geometry/dials_mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "nanobragg/base/error.hpp"

namespace nanobragg::io {
namespace {

// A value on the machine's stack. What `build` adds to an object stands in its state.
struct Value {
  enum class Kind : std::uint8_t { mark, number, text, bytes, name, tuple, object } kind;
  std::int64_t number = 0;         // of booleans 0 and 1
  std::string text = {};           // also bytes, and the name of what an object is made by
  std::vector<Value*> items = {};  // of a tuple; what an object was made from
  Value* state = nullptr;
};
using Kind = Value::Kind;

constexpr std::string_view kBool = "scitbx_array_family_flex_ext bool";
constexpr std::string_view kGrid = "scitbx_array_family_flex_ext grid";
constexpr std::string_view kEncode = "_codecs encode";

// From UTF-8, of which latin-1 needs two bytes at most.
std::optional<std::string> latin1(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      out += text[i];
    } else if ((c == 0xc2 || c == 0xc3) && i + 1 < text.size()) {
      const auto low = static_cast<unsigned char>(text[++i]);
      out += static_cast<char>(((c & 3U) << 6U) | (low & 0x3fU));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

class Machine {
 public:
  Machine(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}

  // What is left at the end; the machine owns it.
  const Value& run() {
    if (!bytes_.starts_with('\x80')) {
      throw Error("not a mask of DIALS (a pickle of protocol 2 or later)", name_,
                  "dials.generate_mask writes one");
    }
    while (true) {
      const auto code = static_cast<unsigned char>(take(1)[0]);
      if (code == '.') return *pop();
      step(code);
    }
  }

 private:
  Error cannot(const std::string& what) const {
    return Error("not a mask of DIALS: " + what, name_,
                 "a tuple of flex.bool is read, as dials.generate_mask writes it");
  }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) throw cannot("the file ends before its end");
    const std::string_view out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return out;
  }
  // Little-endian.
  std::uint64_t whole(std::size_t count) {
    std::uint64_t out = 0;
    const std::string_view from = take(count);
    for (std::size_t i = count; i-- > 0;) out = out << 8U | static_cast<unsigned char>(from[i]);
    return out;
  }
  std::string line() {
    const std::size_t end = bytes_.find('\n');
    if (end == std::string_view::npos) throw cannot("the file ends before its end");
    std::string out(take(end));
    take(1);
    return out;
  }
  void push(Value value) {
    values_.push_back(std::move(value));
    stack_.push_back(&values_.back());
  }
  void push(Kind kind, std::string_view text) { push({.kind = kind, .text = std::string(text)}); }
  Value* pop() {
    if (stack_.empty()) throw cannot("it takes what is not there");
    Value* const out = stack_.back();
    stack_.pop_back();
    return out;
  }
  Value* pop(Kind kind) {
    Value* const out = pop();
    if (out->kind != kind) throw cannot("a value of another kind than expected");
    return out;
  }
  void push_tuple(std::size_t count) {
    if (count > stack_.size()) throw cannot("it takes what is not there");
    std::vector<Value*> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    push({.kind = Kind::tuple, .items = std::move(items)});
  }
  void push_marked_tuple() {
    const auto is_mark = [](const Value* value) { return value->kind == Kind::mark; };
    const auto at = std::find_if(stack_.rbegin(), stack_.rend(), is_mark);
    if (at == stack_.rend()) throw cannot("a tuple without a beginning");
    push_tuple(static_cast<std::size_t>(at - stack_.rbegin()));
    Value* const tuple = pop();
    pop();
    stack_.push_back(tuple);
  }
  void remember(std::uint64_t key) {
    if (stack_.empty()) throw cannot("it takes what is not there");
    memo_[key] = stack_.back();
  }
  void recall(std::uint64_t key) {
    const auto at = memo_.find(key);
    if (at == memo_.end()) throw cannot("it takes what is not there");
    stack_.push_back(at->second);
  }
  void push_name(const std::string& name) {
    if (name != kBool && name != kGrid && name != kEncode) {
      throw cannot(fmt::format("it holds '{}'", name));
    }
    push(Kind::name, name);
  }

  // Makes an object of what stands on the stack: its maker, and what it is made from.
  void reduce() {
    const Value* const from = pop(Kind::tuple);
    const Value* const maker = pop(Kind::name);
    if (maker->text != kEncode) {
      return push({.kind = Kind::object, .text = maker->text, .items = from->items});
    }
    // Bytes, as protocols before 3 have them.
    const bool is_latin = from->items.size() == 2 && from->items[0]->kind == Kind::text &&
                          from->items[1]->text == "latin1";
    const auto bytes = is_latin ? latin1(from->items[0]->text) : std::nullopt;
    if (!bytes) throw cannot("bytes in another code than latin1");
    push(Kind::bytes, *bytes);
  }
  void build() {
    Value* const state = pop();
    if (stack_.empty() || stack_.back()->kind != Kind::object) throw cannot("a state of nothing");
    stack_.back()->state = state;
  }

  void step(unsigned char code) {
    if (push_literal(code) || arrange(code)) return;
    if (code == 'R') return reduce();
    if (code == 'b') return build();
    if (code == 'c') {
      const std::string module = line();
      return push_name(module + ' ' + line());
    }
    if (code == 0x93) {
      const Value* const name = pop(Kind::text);
      const Value* const module = pop(Kind::text);
      return push_name(module->text + ' ' + name->text);
    }
    throw cannot(fmt::format("it has the instruction {:#04x}", code));
  }
  // Numbers, texts and bytes that stand in the file; false for another instruction.
  bool push_literal(unsigned char code) {
    const auto number = [&](std::uint64_t value) {
      push({.kind = Kind::number, .number = static_cast<std::int64_t>(value)});
    };
    const auto text = [&](Kind kind, std::size_t digits) { push(kind, take(whole(digits))); };
    switch (code) {
      case 0x88:
        number(1);
        break;
      case 0x89:
        number(0);
        break;
      case 'K':
        number(whole(1));
        break;
      case 'M':
        number(whole(2));
        break;
      case 'J':
        number(whole(4));
        break;  // no mask has negative numbers
      case 0x8c:
        text(Kind::text, 1);
        break;
      case 'X':
        text(Kind::text, 4);
        break;
      case 'C':
      case 'U':
        text(Kind::bytes, 1);
        break;
      case 'B':
      case 'T':
        text(Kind::bytes, 4);
        break;
      case 0x8e:
        text(Kind::bytes, 8);
        break;
      default:
        return false;
    }
    return true;
  }
  // What makes tuples of what is on the stack, and keeps it for later; false for another.
  bool arrange(unsigned char code) {
    switch (code) {
      case 0x80:
        take(1);
        break;  // the protocol
      case 0x95:
        take(8);
        break;  // the length of a frame
      case '(':
        push({.kind = Kind::mark});
        break;
      case ')':
        push_tuple(0);
        break;
      case 0x85:
        push_tuple(1);
        break;
      case 0x86:
        push_tuple(2);
        break;
      case 0x87:
        push_tuple(3);
        break;
      case 't':
        push_marked_tuple();
        break;
      case 0x94:
        remember(memo_.size());
        break;
      case 'q':
        remember(whole(1));
        break;
      case 'r':
        remember(whole(4));
        break;
      case 'h':
        recall(whole(1));
        break;
      case 'j':
        recall(whole(4));
        break;
      default:
        return false;
    }
    return true;
  }

  std::string_view bytes_;
  const std::string& name_;
  std::deque<Value> values_;  // all that were made: an object may hold itself
  std::vector<Value*> stack_;
  std::map<std::uint64_t, Value*> memo_;
};

class Masks {
 public:
  explicit Masks(const std::string& name) : name_(name) {}

  Image<std::uint8_t> mask(const Value& value) const {
    if (value.kind != Kind::object || value.text != kBool) throw wrong("it is no tuple of masks");
    const Value* const state = value.state;
    if (state == nullptr || state->items.size() != 2 || state->items[1]->kind != Kind::bytes) {
      throw wrong("an array without numbers");
    }
    const ImageShape shape = shape_of(*state->items[0]);
    const std::string_view letters = letters_of(state->items[1]->text);
    if (shape.slow == 0 || letters.size() / shape.slow != shape.fast ||
        letters.size() % shape.slow != 0) {
      throw wrong(
          fmt::format("{} pixels in a grid of {} x {}", letters.size(), shape.fast, shape.slow));
    }
    Image<std::uint8_t> out(shape);
    for (std::size_t i = 0; i < letters.size(); ++i) out.pixels()[i] = letters[i] == '1' ? 1 : 0;
    return out;
  }

 private:
  Error wrong(const std::string& what) const {
    return Error("not a mask of DIALS: " + what, name_);
  }

  // Made from origin, end and whether that is beyond the last (scitbx, flex_grid.h).
  ImageShape shape_of(const Value& grid) const {
    const auto pair = [&](const Value& tuple) {
      if (tuple.items.size() != 2) throw wrong("a grid of other than two dimensions");
      return std::array{tuple.items[0]->number, tuple.items[1]->number};
    };
    const bool is_grid = grid.kind == Kind::object && grid.text == kGrid && grid.items.size() == 3;
    if (!is_grid) throw wrong("an array without a grid");
    const auto origin = pair(*grid.items[0]), end = pair(*grid.items[1]);
    const std::int64_t more = grid.items[2]->number != 0 ? 0 : 1;
    const auto length = [&](std::size_t i) {
      constexpr std::int64_t kMost = 1'000'000;
      const std::int64_t pixels = end[i] - origin[i] + more;
      if (pixels < 0 || pixels > kMost) throw wrong("a grid that no detector has");
      return static_cast<std::size_t>(pixels);
    };
    return {length(0), length(1)};
  }
  // Behind their number, to base 256: how many digits it has and one, the lowest first (scitbx,
  // serialization/base_256.h).
  std::string_view letters_of(std::string_view bytes) const {
    const std::size_t digits = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
    if (digits < 1 || digits > 9 || bytes.size() < digits) throw wrong("an array without a size");
    std::uint64_t size = 0;
    for (std::size_t i = digits; i-- > 1;) {
      size = size << 8U | static_cast<unsigned char>(bytes[i]);
    }
    const std::string_view letters = bytes.substr(digits);
    if (size != letters.size()) {
      throw wrong(fmt::format("{} pixels of {}", letters.size(), size));
    }
    return letters;
  }

  const std::string& name_;
};

}  // namespace

std::vector<Image<std::uint8_t>> parse_dials_mask(std::string_view bytes, const std::string& name) {
  Machine machine(bytes, name);
  const Value& value = machine.run();
  const Masks masks(name);
  if (value.kind != Kind::tuple) return {masks.mask(value)};
  std::vector<Image<std::uint8_t>> out;
  for (const Value* item : value.items) out.push_back(masks.mask(*item));
  return out;
}

}  // namespace nanobragg::io

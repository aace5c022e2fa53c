// Counts pieces in one process.
#include "nanobragg/distribute/ranks.hpp"

namespace nanobragg::distribute {
namespace {

class Counter : public Handout {
 public:
  explicit Counter(std::size_t pieces) : pieces_(pieces) {}
  std::optional<std::size_t> next() override {
    if (next_ >= pieces_) return std::nullopt;
    return next_++;
  }
  void end() override { next_ = pieces_; }

 private:
  std::size_t pieces_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Handout> Alone::hand_out(std::size_t pieces) {
  return std::make_unique<Counter>(pieces);
}

Range split(const Ranks& ranks, std::size_t count) {
  const std::size_t each = count / ranks.count();
  const std::size_t more = count % ranks.count();  // ranks that take one more
  const auto before = [&](std::size_t rank) { return rank * each + (rank < more ? rank : more); };
  return {before(ranks.rank()), before(ranks.rank() + 1)};
}

}  // namespace nanobragg::distribute

// The processes that share a run: what they tell each other, and how they share work. MPI is one
// implementation (mpi_ranks.cpp, which alone includes it), a single process the other.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nanobragg::distribute {

// Numbered pieces of work, each given to one rank when it asks. Of one thread in each rank.
class Handout {
 public:
  virtual ~Handout() = default;
  // The next piece, in ascending order; nothing once all are given or a rank has ended it.
  virtual std::optional<std::size_t> next() = 0;
  // No rank gets another piece.
  virtual void end() = 0;
};

// Numbered from 0. All functions but rank() and count() are called by every rank in the same order,
// of one thread, and return when all ranks have called them.
class Ranks {
 public:
  virtual ~Ranks() = default;
  virtual std::size_t rank() const = 0;
  virtual std::size_t count() const = 0;
  // The bytes of every rank, by rank, on all of them.
  virtual std::vector<std::string> gather(const std::string& mine) = 0;
  // The bytes of every rank, by rank, on rank 0; elsewhere nothing. They may be many.
  virtual std::vector<std::string> gather_to_first(const std::string& mine) = 0;
  // Those of rank 0, on all of them.
  virtual std::string broadcast(const std::string& of_first) = 0;
  // Pieces 0 … pieces − 1. To be destroyed by all ranks before anything else is called.
  virtual std::unique_ptr<Handout> hand_out(std::size_t pieces) = 0;

  bool is_first() const { return rank() == 0; }
};

// One process.
class Alone : public Ranks {
 public:
  std::size_t rank() const override { return 0; }
  std::size_t count() const override { return 1; }
  std::vector<std::string> gather(const std::string& mine) override { return {mine}; }
  std::vector<std::string> gather_to_first(const std::string& mine) override { return {mine}; }
  std::string broadcast(const std::string& of_first) override { return of_first; }
  std::unique_ptr<Handout> hand_out(std::size_t pieces) override;
};

// Items first … last − 1.
struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t size() const { return last - first; }
};

// The part of `count` items that is this rank's, where parts are not handed out: the sizes of parts
// differ by one at most.
Range split(const Ranks& ranks, std::size_t count);

}  // namespace nanobragg::distribute

// Work in a separate process: a crash or an endless loop there becomes an Error here.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace nanobragg::io {

// One end of a conversation of two processes. A message is read whole or not at all.
class Line {
 public:
  explicit Line(int socket) : socket_(socket) {}
  ~Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  // False where the other side has ended.
  bool send(std::string_view message) const;
  bool receive(std::string& message) const;
  // Bytes whose number both sides know.
  bool send_bytes(const void* from, std::size_t size) const;
  bool receive_bytes(void* to, std::size_t size) const;

 private:
  int socket_;
};

// A copy of this process (fork) that does one piece of work and ends. It has what this one has in
// memory, writes nothing to the terminal, leaves no core, and ends when this one does.
class Isolated {
 public:
  // Throws Error where the system gives no process.
  explicit Isolated(const std::function<void(const Line&)>& work);
  ~Isolated();
  Isolated(const Isolated&) = delete;
  Isolated& operator=(const Isolated&) = delete;

  const Line& line() const { return line_; }
  // How it ended, for people: "signal 11: Segmentation fault". Waits for it.
  std::string ending();

 private:
  struct Ends {
    int here, there;
  };
  Isolated(const std::function<void(const Line&)>& work, Ends ends);
  Line line_;
  pid_t child_;
};

// In such a process: allows it so many seconds of computing from now on.
void allow_seconds(unsigned seconds);

}  // namespace nanobragg::io

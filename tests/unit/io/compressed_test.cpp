// Inputs in gzip, bzip2 and xz, damaged ones, and byte-order marks.
#include "nanobragg/io/files/compressed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "nanobragg/base/error.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::string kText = "3.5 and more\n";
// The same text, compressed.
const std::string kGzip =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\xd6\x33\x55\x48\xcc\x4b\x51\xc8\xcd"s
    "\x2f\x4a\xe5\x02\x00\xce\xff\x46\x09\x0d\x00\x00\x00"s;
const std::string kBzip2 =
    "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xe2\x11\xbb\x03\x00\x00\x02\x59\x80\x00"s
    "\x10\x40\x01\x0a\x00\x26\x03\x90\x00\x20\x00\x31\x03\x40\xd0\x20\x0d\x1a\x17\x56"s
    "\x24\x03\xce\x77\xbc\x5d\xc9\x14\xe1\x42\x43\x88\x46\xec\x0c"s;
const std::string kXz =
    "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00"s
    "\x74\x2f\xe5\xa3\x01\x00\x0c\x33\x2e\x35\x20\x61\x6e\x64\x20\x6d\x6f\x72\x65\x0a"s
    "\x00\x00\x00\x00\xc1\xc6\x6e\x36\x72\x94\xf2\x35\x00\x01\x25\x0d\x71\x19\xc4\xb6"s
    "\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a"s;
const std::vector<std::string> kAll{kGzip, kBzip2, kXz};

void expect_error(const std::string& bytes, const std::string& message) {
  EXPECT_THAT([&] { decompressed(bytes, "x"); }, ThrowsMessage<Error>(HasSubstr(message)));
}

class CompressedFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  test::TemporaryFolder folder_;
};

TEST(Compressed, IsToldByTheFirstBytes) {
  EXPECT_EQ(compression_of(kGzip), "gzip");
  EXPECT_EQ(compression_of(kBzip2), "bzip2");
  EXPECT_EQ(compression_of(kXz), "xz");
  EXPECT_EQ(compression_of(kText), "");
  EXPECT_EQ(compression_of(""), "");
}

TEST(Compressed, IsExpandedMemberByMember) {
  EXPECT_EQ(decompressed(kText, "x"), kText);
  for (const std::string& bytes : kAll) {
    EXPECT_EQ(decompressed(bytes, "x"), kText);
    EXPECT_EQ(decompressed(bytes + bytes, "x"), kText + kText);
    EXPECT_EQ(decompressed(bytes + std::string(512, '\0'), "x"), kText);
  }
}

TEST(Compressed, SaysWhatIsWrong) {
  for (const std::string& bytes : kAll) {
    expect_error(bytes.substr(0, bytes.size() - 5), "compressed data end too early (cut short?)");
    std::string damaged = bytes;
    // A byte of the checksum of each.
    damaged[damaged.size() - (bytes == kXz ? 14 : 6)] ^= 0x55;
    expect_error(damaged, "damaged");
  }
  expect_error("\x28\xb5\x2f\xfd rest"s,
               "x: compressed by zstd (gzip, bzip2 and xz are read): decompress it first");
  expect_error("\x1f\x9d rest"s, "compressed by compress (.Z)");
  expect_error("PK\x03\x04 rest"s, "compressed by zip");
  expect_error("\x5d\0\0\x80 rest"s, "compressed by lzma (.lzma)");
}

TEST_F(CompressedFile, IsReadWhole) {
  for (const std::string& bytes : kAll) {
    const auto path = write("a", bytes);
    EXPECT_EQ(read_input(path), kText);
    EXPECT_EQ(beginning_of(path, 3), "3.5");
    EXPECT_EQ(beginning_of(path, 100), kText);
    EXPECT_THAT([&] { check_not_compressed(path, "HDF5"); },
                ThrowsMessage<Error>(HasSubstr("(HDF5 is read in its place): decompress")));
  }
  const auto plain = write("b", kText);
  EXPECT_EQ(read_input(plain), kText);
  EXPECT_EQ(beginning_of(plain, 3), "3.5");
  check_not_compressed(plain, "HDF5");
  EXPECT_EQ(beginning_of(folder_ / "nowhere", 3), "");
}

TEST_F(CompressedFile, HasNoByteOrderMark) {
  EXPECT_EQ(read_input(write("a", "\xef\xbb\xbf" + kText)), kText);
  EXPECT_EQ(beginning_of(write("a", "\xef\xbb\xbf" + kText), 3), "3.5");
  for (const char* mark : {"\xff\xfe", "\xfe\xff"}) {
    EXPECT_THAT([&] { read_input(write("b", mark + kText)); },
                ThrowsMessage<Error>(HasSubstr("text in UTF-16")));
  }
}

TEST_F(CompressedFile, HasLinesOfLineFeeds) {
  EXPECT_EQ(read_input(write("a", "1 2\r3 4\r")), "1 2\n3 4\n");
  EXPECT_EQ(read_input(write("b", "1 2\r\n3 4\r\n")), "1 2\r\n3 4\r\n");
  EXPECT_EQ(read_input(write("c", "1\r\0"s)), "1\r\0"s);
}

TEST(Compressed, EndsInTheNameOfItsProgram) {
  EXPECT_EQ(uncompressed_name("a/x.cbf.gz"), "a/x.cbf");
  EXPECT_EQ(uncompressed_name("x.cbf.bz2"), "x.cbf");
  EXPECT_EQ(uncompressed_name("x.img.xz"), "x.img");
  EXPECT_EQ(uncompressed_name("x.img"), "x.img");
}

}  // namespace
}  // namespace nanobragg::io

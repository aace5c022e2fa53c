// Rewrites the images of every golden case from what was read and compares the bytes.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "nanobragg/io/files/file.hpp"
#include "nanobragg/io/images/pgm.hpp"
#include "nanobragg/io/images/raw_float.hpp"
#include "nanobragg/io/images/smv.hpp"
#include "support/temporary_folder.hpp"

namespace nanobragg::io {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> case_folders() {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(NANOBRAGG_TEST_DATA "/golden/cases")) {
    folders.push_back(entry.path());
  }
  return folders;
}

nlohmann::ordered_json case_of(const fs::path& folder) {
  return nlohmann::ordered_json::parse(read_file(folder / "case.json"));
}

// The entries that the writer does not make from the image itself.
std::vector<SmvEntry> entries_of(const nlohmann::ordered_json& smv_header) {
  std::vector<SmvEntry> entries;
  for (const auto& [key, value] : smv_header.items()) {
    const bool from_image = key == "HEADER_BYTES" || key == "DIM" || key == "BYTE_ORDER" ||
                            key == "TYPE" || key == "SIZE1" || key == "SIZE2";
    const auto end = key == "DIALS_ORIGIN" ? EntryEnd::none : EntryEnd::semicolon;
    if (!from_image) entries.push_back({key, value.get<std::string>(), end});
  }
  return entries;
}

void expect_same_smv(const fs::path& file, std::span<const SmvEntry> entries) {
  const test::TemporaryFolder folder;
  const SmvImage image = read_smv(file);
  for (const auto length : {HeaderLength::fixed_512, HeaderLength::next_multiple}) {
    write_smv(folder / "x.img", image.pixels.view(), entries, length);
    EXPECT_TRUE(read_file(folder / "x.img") == read_file(file)) << file;
  }
}

TEST(GoldenFiles, AreAllThere) { EXPECT_EQ(case_folders().size(), 82U); }

TEST(GoldenFiles, SmvIsRewrittenByteForByte) {
  for (const fs::path& folder : case_folders()) {
    const auto entries = entries_of(case_of(folder).at("smv_header"));
    ASSERT_EQ(entries.size(), 21U) << folder;
    expect_same_smv(folder / "int.img", entries);
    if (fs::exists(folder / "noise.img")) expect_same_smv(folder / "noise.img", entries);
  }
}

TEST(GoldenFiles, PgmIsRewrittenByteForByte) {
  const test::TemporaryFolder scratch;
  for (const fs::path& folder : case_folders()) {
    const double scale = case_of(folder).at("stats").at("pgm_scale").get<double>();
    const auto image = read_pgm(folder / "image.pgm");
    write_pgm(scratch / "x.pgm", image.view(), scale);
    EXPECT_TRUE(read_file(scratch / "x.pgm") == read_file(folder / "image.pgm")) << folder;
  }
}

TEST(GoldenFiles, FloatsAreRewrittenByteForByte) {
  const test::TemporaryFolder scratch;
  for (const fs::path& folder : case_folders()) {
    const ImageShape shape = read_smv(folder / "int.img").header.shape();
    const auto image = read_raw_float(folder / "float.bin", shape);
    write_raw_float(scratch / "x.bin", image.view());
    EXPECT_TRUE(read_file(scratch / "x.bin") == read_file(folder / "float.bin")) << folder;
  }
}

}  // namespace
}  // namespace nanobragg::io

// SMV images: headers as beamlines write them, damaged ones, and the bytes of a written header.
#include "nanobragg/io/images/smv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nanobragg/base/error.hpp"
#include "nanobragg/io/images/smv_entries.hpp"

namespace nanobragg::io {
namespace {

using testing::HasSubstr;
using testing::StrEq;
using testing::ThrowsMessage;

const std::string kInputs = NANOBRAGG_TEST_DATA "/golden/inputs/";

std::string with_header(std::string header, std::size_t pixel_bytes, char pixel_byte = 1) {
  header.resize(512, ' ');
  return header + std::string(pixel_bytes, pixel_byte);
}

std::string image_with(const std::string& entries) {
  return with_header("{\nHEADER_BYTES=512;\nSIZE1=3;\nSIZE2=2;\n" + entries + "}\f", 12);
}

void expect_error(const std::string& bytes, const std::string& message) {
  EXPECT_THAT([&] { parse_smv(bytes, "x.img"); }, ThrowsMessage<Error>(StrEq("x.img: " + message)));
}

TEST(SmvReader, ReadsTheGeometry) {
  const SmvImage image = read_smv(kInputs + "header.img");
  EXPECT_EQ(image.header.shape(), (ImageShape{48, 56}));
  EXPECT_EQ(image.header.number("TWOTHETA"), 3.0);
  EXPECT_EQ(image.header.number("PIXEL_SIZE"), 0.2);
  EXPECT_EQ(image.header.text("BYTE_ORDER"), "little_endian");
  EXPECT_FALSE(image.header.number("CLOSE_DISTANCE"));
  EXPECT_EQ(image.header.entries().size(), 14U);
}

TEST(SmvReader, SearchesTheTextOnRequest) {
  const SmvHeader header =
      parse_smv(image_with("A_KEY=1;\nKEY=2;\nB_KEY= 3.5 mm;\nKEYS=4;\nNAME_KIND=x;\n"), "x")
          .header;
  EXPECT_EQ(header.number("KEY"), 2.0);
  EXPECT_EQ(header.number_by_search("KEY"), 3.5);
  EXPECT_EQ(header.number_by_search("KIND"), 0.0);
  EXPECT_FALSE(header.number_by_search("MISSING"));
}

TEST(SmvReader, ReadsTheMask) {
  const SmvImage mask = read_smv(kInputs + "mask.img");
  EXPECT_EQ((mask.pixels[{0, 0}]), 1);
}

TEST(SmvReader, PutsBytesInOrder) {
  std::string bytes = image_with("BYTE_ORDER=little_endian;\n");
  bytes[512] = 0x34;
  bytes[513] = 0x12;
  EXPECT_EQ((parse_smv(bytes, "x").pixels[{0, 0}]), 0x1234);
  bytes = image_with("BYTE_ORDER=big_endian;\n");
  bytes[512] = 0x12;
  bytes[513] = 0x34;
  EXPECT_EQ((parse_smv(bytes, "x").pixels[{0, 0}]), 0x1234);
}

TEST(SmvReader, IsLenientWhereBeamlinesAre) {
  const SmvHeader header = parse_smv(image_with("DISTANCE = 120.5 mm ;\nPHI=1;\nPHI=2;\nnote\n"
                                                "DIALS_ORIGIN=-1,2,-3\nNAME=a=b;\n"),
                                     "x.img")
                               .header;
  EXPECT_EQ(header.number("DISTANCE"), 120.5);
  EXPECT_EQ(header.number("PHI"), 2.0);
  EXPECT_EQ(header.text("DIALS_ORIGIN"), "-1,2,-3");
  EXPECT_EQ(header.text("NAME"), "a=b");
  EXPECT_FALSE(header.text("note"));
  EXPECT_THAT([&] { header.number("NAME"); }, ThrowsMessage<Error>(HasSubstr("not a number")));
}

// As d*TREK writes them; the header ends at the brace that is a line of its own.
TEST(SmvReader, ReadsValuesInBraces) {
  for (const char* value : {"{ Z X Y }", "{a;b}", "{\n}\n", "{{a} {b}}", "} {", "a}", "{ a"}) {
    const SmvHeader header =
        SmvHeader::parse(image_with(std::string("NAMES=") + value + ";\nPHI=33;\n"), "x.img");
    EXPECT_EQ(header.number("PHI"), 33.0) << value;
    EXPECT_EQ(header.number_by_search("PHI"), 33.0) << value;
  }
  EXPECT_EQ(SmvHeader::parse(image_with("NAMES={a;b};\n"), "x").text("NAMES"), "{a;b}");
}

// As -img needs it.
TEST(SmvReader, ReadsAHeaderWithoutItsPixels) {
  const std::string bytes = image_with("TYPE=signed_long;\nPHI=33;\n").substr(0, 512);
  EXPECT_EQ(SmvHeader::parse(bytes, "x.img").number("PHI"), 33.0);
}

TEST(SmvReader, RefusesWhatIsNoHeader) {
  expect_error("", "not an SMV image (it does not begin with '{')");
  expect_error("P5 3 2", "not an SMV image (it does not begin with '{')");
  expect_error("{\nHEADER_BYTES=512;\n", "SMV header without closing '}'");
  expect_error("{\nSIZE1=3;\nSIZE2=2;\n}\f", "SMV header without HEADER_BYTES");
  expect_error("{\nHEADER_BYTES=8;\nSIZE1=3;\nSIZE2=2;\n}\f",
               "SMV header without closing '}' within its HEADER_BYTES=8");
  for (const auto* absurd : {"-512", "0", "1e12", "512.5"}) {
    EXPECT_THAT([&] { parse_smv(std::string("{HEADER_BYTES=") + absurd + ";}", "x"); },
                ThrowsMessage<Error>(HasSubstr("absurd HEADER_BYTES")));
  }
  expect_error("{\nHEADER_BYTES=lots;\n}\f", "SMV header with HEADER_BYTES='lots' (not a number)");
}

TEST(SmvReader, RefusesMissingOrAbsurdSizes) {
  expect_error(with_header("{\nHEADER_BYTES=512;\nSIZE1=3;\n}\f", 12), "SMV header without SIZE2");
  expect_error(with_header("{\nHEADER_BYTES=512;\nSIZE2=3;\n}\f", 12), "SMV header without SIZE1");
  expect_error(image_with("SIZE1=0;\n"), "SMV header with absurd SIZE1=0");
  expect_error(image_with("SIZE1=-3;\n"), "SMV header with absurd SIZE1=-3");
  expect_error(image_with("SIZE1=2.5;\n"), "SMV header with absurd SIZE1=2.5");
  expect_error(image_with("SIZE1=nan;\n"), "SMV header with SIZE1='nan' (not a number)");
}

TEST(SmvReader, RefusesOtherPixels) {
  expect_error(image_with("TYPE=float;\n"),
               "SMV image of TYPE 'float' (only unsigned_short is supported)");
  expect_error(image_with("BYTE_ORDER=middle_endian;\n"),
               "SMV header with unknown BYTE_ORDER 'middle_endian': little_endian and big_endian "
               "are known");
}

TEST(SmvReader, SaysHowManyBytesAreMissing) {
  const std::string whole = image_with("");
  EXPECT_EQ(parse_smv(whole + "more", "x").pixels.shape().size(), 6U);
  expect_error(whole.substr(0, 523),
               "truncated SMV image (its header states 524 bytes, found 523)");
  expect_error("{HEADER_BYTES=512;SIZE1=1000000000;SIZE2=1000000000;}",
               "truncated SMV image (its header states 2000000000000000512 bytes, found 53)");
}

TEST(SmvWriter, FillsTheHeaderWithSpaces) {
  const std::vector<SmvEntry> entries = {{"PHI", "0"}, {"DIALS_ORIGIN", "1,2,3", EntryEnd::none}};
  const std::string header = smv_header_text({2, 3}, entries, HeaderLength::fixed_512);
  const std::string text =
      "{\nHEADER_BYTES=512;\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\nSIZE1=3;\n"
      "SIZE2=2;\nPHI=0;\nDIALS_ORIGIN=1,2,3\n}\f";
  EXPECT_EQ(header, text + std::string(512 - text.size(), ' '));
  EXPECT_EQ(header, smv_header_text({2, 3}, entries, HeaderLength::next_multiple));
}

TEST(SmvWriter, TreatsLongHeadersAsAsked) {
  // One character too many for 512 bytes.
  const std::string probe = smv_header_text({2, 3}, {}, HeaderLength::fixed_512);
  const std::size_t used = probe.find('\f') + 1;
  const std::size_t room = 512 - used - std::string("LONG=;\n").size();
  const std::vector<SmvEntry> fits = {{"LONG", std::string(room, 'x')}};
  EXPECT_EQ(smv_header_text({2, 3}, fits, HeaderLength::next_multiple).size(), 512U);
  const std::vector<SmvEntry> exceeds = {{"LONG", std::string(room + 1, 'x')}};
  const std::string as_is = smv_header_text({2, 3}, exceeds, HeaderLength::fixed_512);
  EXPECT_EQ(as_is.size(), 513U);
  EXPECT_THAT(as_is, HasSubstr("HEADER_BYTES=512;"));
  const std::string longer = smv_header_text({2, 3}, exceeds, HeaderLength::next_multiple);
  EXPECT_EQ(longer.size(), 1024U);
  EXPECT_EQ(SmvHeader::parse(longer, "x").length(), 1024U);
}

// Some readers take 512 bytes for granted.
TEST(SmvEntries, AreFewerWhereThatFitsInto512Bytes) {
  const auto entries = [](std::size_t other) {
    return std::vector<SmvEntry>{{"OTHER", std::string(other, 'x')},
                                 {"BEAM_CENTER_X", "12.3456789"},
                                 {"DATE", "Thu Jan  1 00:00:00 1970"},
                                 {"XBEAM", "12.3456789"},
                                 {"YBEAM", "98.7654321"}};
  };
  const auto keys = [&](std::size_t other) {
    std::string text;
    for (const SmvEntry& entry : fitted({2, 3}, entries(other))) {
      text += entry.key == "BEAM_CENTER_X" ? entry.value + " " : entry.key + " ";
    }
    return text;
  };
  const std::size_t room =
      512 - smv_header_text({2, 3}, entries(0), HeaderLength::next_multiple).find('\f') - 1;
  EXPECT_EQ(keys(room), "OTHER 12.3456789 DATE XBEAM YBEAM ");
  EXPECT_EQ(keys(room + 1), "OTHER 12.3456789 XBEAM YBEAM ");
  const std::size_t date = std::string("DATE=Thu Jan  1 00:00:00 1970;\n").size();
  const std::size_t centre = 2 * std::string("XBEAM=12.3456789;\n").size();
  EXPECT_EQ(keys(room + date), "OTHER 12.3456789 XBEAM YBEAM ");
  EXPECT_EQ(keys(room + date + 1), "OTHER 12.3456789 ");
  EXPECT_EQ(keys(room + date + centre + 3), "OTHER 12.3457 ");
  EXPECT_EQ(keys(room + date + centre + 4), "OTHER 12.3456789 DATE XBEAM YBEAM ") << "nothing fits";
  const auto fits = fitted({2, 3}, entries(room + date + centre + 3));
  EXPECT_EQ(smv_header_text({2, 3}, fits, HeaderLength::next_multiple).size(), 512U);
}

}  // namespace
}  // namespace nanobragg::io

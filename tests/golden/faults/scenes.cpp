// The command lines that faults are seeded in, each with a pixel that has photons.
#include "golden/faults/fault_makers.hpp"

namespace nanobragg::test {

const FaultScene kTurned{
    "turned",
    "-cell 74 78 36 90 97 90 -hkl tetragonal.hkl -default_F 3 -lambda 1.2 -Na 6 -Nb 5 -Nc 7 "
    "-distance 90 -detpixels_x 56 -detpixels_y 48 -pixel 0.6 -polar 0.95 -oversample 2 -phi 10 "
    "-osc 1 -phisteps 3 -mosaic 0.5 -mosaic_dom 4 -misset 15 20.5 30.25 -flux 1e12 -exposure 2 "
    "-beamsize 0.2 -Xbeam 14 -Ybeam 17",
    {20, 31}};
const FaultScene kSwung{
    "swung",
    "-xds -cell 74 74 36 90 90 90 -hkl tetragonal.hkl -lambda 1.2 -N 6 -distance 200 -detpixels_x "
    "56 "
    "-detpixels_y 48 -pixel 0.6 -detector_rotx -4 -detector_roty 7 -detector_rotz 1 -twotheta 5 "
    "-oversample 1 -polar 0.8 -ORGX 25 -ORGY 20",
    {22, 17}};
const FaultScene kCustom{
    "custom",
    "-mat triclinic.mat -default_F 120 -nointerpolate -oversample 1 -exposure 1 -flux 1e18 "
    "-beamsize 1.0 -spindle_axis -1 0 0 -Xbeam 17.7 -Ybeam 14.1 -distance 231.27466 -lambda 0.9768 "
    "-pixel 0.688 -detpixels_x 72 -detpixels_y 60 -odet_vector -0.000088 0.004914 -0.999988 "
    "-sdet_vector -0.005998 -0.999970 -0.004913 -fdet_vector 0.999982 -0.005998 -0.000118 "
    "-beam_vector 0.00051387949 0.0 -0.99999986 -Na 36 -Nb 47 -Nc 29 -osc 0.1 -phi 1 -phisteps 10 "
    "-twotheta 0",
    {30, 41}};
const FaultScene kRound{
    "round",
    "-cell 100 90 80 90 90 90 -default_F 100 -round_xtal -fudge 1.3 -N 5 -lambda "
    "2 -distance 100 -detpixels 64 -pixel 0.4 -oversample 1 -beamsize 0.3 -flux "
    "1e12 -exposure 3",
    {24, 26}};
const FaultScene kGauss{
    "gauss",
    "-cell 100 90 80 90 90 90 -default_F 100 -gauss_xtal -fudge 1.3 -Na 2 -Nb 3 "
    "-Nc 2 -lambda 2 -distance 100 -detpixels 64 -pixel 0.4 -oversample 1",
    {30, 35}};
const FaultScene kLayers{
    "layers",
    "-cell 74 74 36 90 90 90 -hkl tetragonal.hkl -lambda 1.2 -N 6 -distance 90 "
    "-detpixels_x 56 -detpixels_y 48 -pixel 0.6 -detector_abs 500 "
    "-detector_thick 450 -thicksteps 5 -oversample 1",
    {12, 9}};
const FaultScene kBeams{"beams",
                        "-cell 74 74 36 90 90 90 -hkl tetragonal.hkl -lambda 1.2 -N 6 -distance 90 "
                        "-detpixels_x 56 -detpixels_y 48 -pixel 0.6 -hdivrange 4 -hdivsteps 3 "
                        "-vdivrange 2 -vdivsteps 2 -square_div -dispersion 2 -dispsteps 5 "
                        "-oversample 1",
                        {20, 31}};
const FaultScene kListed{"listed",
                         "-cell 74 74 36 90 90 90 -hkl tetragonal.hkl -lambda 1.2 -N 6 -distance "
                         "90 -detpixels_x 56 -detpixels_y 48 -pixel 0.6 -sourcefile sources.txt "
                         "-polar 0.9 -oversample 1",
                         {20, 31}};
const FaultScene kSized{
    "sized",
    "-cell 74 74 36 90 90 90 -hkl tetragonal.hkl -energy 10332.1 -xtal_x 0.00031 "
    "-xtal_y 0.00047 -xtal_z 0.00026 -distance 90 -detpixels_x 56 -detpixels_y "
    "48 -pixel 0.6 -oversample 1 -phi 10",
    {20, 31}};
const FaultScene kTophat{"tophat",
                         "-cell 100 90 80 90 90 90 -default_F 100 -tophat_spots -fudge 1e-7 -Na 2 "
                         "-Nb 3 -Nc 2 -lambda 2 -distance 100 -detpixels 64 -pixel 0.4 "
                         "-oversample 1",
                         {30, 35}};
const FaultScene kWet{"wet",
                      "-cell 74 74 36 90 90 90 -hkl tetragonal.hkl -lambda 1.2 -N 6 -distance 90 "
                      "-detpixels_x 56 -detpixels_y 48 -pixel 0.6 -oversample 2 -water 200 "
                      "-flux 1e12 -exposure 0.1 -beamsize 0.05",
                      {20, 31}};
const FaultScene kSkewed{"skewed",
                         "-cell 54 58 36 82 97 105 -default_F 120 -lambda 1.2 -N 5 -distance 90 "
                         "-detpixels_x 56 -detpixels_y 48 -pixel 0.6 -oversample 1 -misset 15 20.5 "
                         "30.25",
                         {20, 31}};

std::vector<const FaultScene*> fault_scenes() {
  return {&kTurned, &kSwung,  &kCustom, &kRound,  &kGauss, &kLayers,
          &kBeams,  &kListed, &kSized,  &kTophat, &kWet,   &kSkewed};
}

}  // namespace nanobragg::test

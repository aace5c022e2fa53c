// Files of other programs that hold an orientation in another form than MOSFLM's.
#pragma once

#include <string>
#include <string_view>

namespace nanobragg::io {

// Throws Error, with the name of the format and the way to one that is read, for files of XDS
// (XPARM.XDS, GXPARM.XDS, old and new), DENZO (.x), d*TREK, Bruker and Rigaku (.p4p), CrysAlis,
// CrystFEL (.sol, .stream), DIALS (.expt), SHELX, and for lines that do not have three numbers.
void refuse_foreign_matrix(std::string_view text, const std::string& name);

}  // namespace nanobragg::io

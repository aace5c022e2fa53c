"""Amplitudes computed from the coordinates of 1CBS, against those of gemmi and those measured."""

import unittest
from pathlib import Path

import client
from client import FolderTest, dumped_amplitudes, nanobragg, needs, run

MODEL = Path("/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz")
MEASURED = Path("/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz")
WAVELENGTH = 0.9768
# A detector that holds all reflections to 1.79 Å.
FLAGS = (
    f"-lambda {WAVELENGTH} -dmin 1.79 -distance 20 -detpixels 1000 -pixel 0.1 -N 1 -roi 0 0 0 0 -quiet "
    "-dump F.bin -out pixel.bin"
).split()
SHELLS = 20


def columns(path, *labels):
    """Indices and columns of an MTZ file."""
    import gemmi
    import numpy as np

    mtz = gemmi.read_mtz_file(str(path))
    rows = np.array(mtz, copy=False)
    return rows[:, :3].astype(int), *(rows[:, mtz.column_labels().index(label)] for label in labels)


def r_factor(observed, calculated, inverse_d2):
    """Σ|Fo − kFc|/ΣFo, with the best k in each of some shells of equal numbers (as k_isotropic of
    Afonine et al. (2013), Acta Cryst. D69, 625)."""
    import numpy as np

    difference = 0.0
    for shell in np.array_split(np.argsort(inverse_d2), SHELLS):
        o, c = observed[shell], calculated[shell]
        difference += np.abs(o - (o * c).sum() / (c * c).sum() * c).sum()
    return difference / observed.sum()


@unittest.skipUnless(MODEL.exists(), "apt-get install --no-install-recommends libcifpp-dev")
@needs("python3-gemmi", module="gemmi")
class Amplitudes(FolderTest):
    def amplitudes(self, model, hkl, *flags):
        """F of the indices as the program computes them, and of their Friedel mates."""
        nanobragg("-model", model, *FLAGS, *flags, folder=self.folder)
        table, least = dumped_amplitudes(self.folder / "F.bin")
        return table[tuple((hkl - least).T)], table[tuple((-hkl - least).T)]

    @needs("gemmi", program="gemmi")
    def test_those_of_gemmi_are_the_same(self):
        import numpy as np

        # gemmi leaves f″ out: short waves, which these light atoms hardly absorb.
        wavelength = 0.2
        run(
            "gemmi", "sfcalc", "--dmin=1.8", "--rate=2.5", "--rcut=1e-9",
            f"--wavelength={wavelength}", "--to-mtz=gemmi.mtz", MODEL, folder=self.folder,
        )
        hkl, theirs = columns(self.folder / "gemmi.mtz", "FC")
        self.assertGreater(len(theirs), 15000)
        ours, _ = self.amplitudes(MODEL, hkl, "-ksol", 0, "-lambda", wavelength)
        difference = np.abs(ours - theirs)
        self.assertLess(difference.sum() / theirs.sum(), 1e-4)
        self.assertLess(difference.max(), 1e-3 * np.sqrt((theirs**2).mean()))
        print(f"largest difference {difference.max() / np.sqrt((theirs**2).mean()):.1e} of the r.m.s.", end=" ")

    @unittest.skipUnless(MEASURED.exists(), "apt-get install --no-install-recommends libpdb-redo-dev")
    def test_solvent_and_hydrogens_explain_more_of_those_measured(self):
        import gemmi
        import numpy as np

        hkl, observed = columns(MEASURED, "FP")
        cell = gemmi.read_mtz_file(str(MEASURED)).cell
        inverse_d2 = np.array([cell.calculate_1_d2(list(map(int, i))) for i in hkl])

        def r_of(model, *flags):
            return r_factor(observed, self.amplitudes(model, hkl, *flags)[0], inverse_d2)

        vacuum, solvent = r_of(MODEL, "-ksol", 0), r_of(MODEL)
        print(f"R of 1CBS: {vacuum:.4f} in vacuum, {solvent:.4f} with solvent", end=" ")
        self.assertLess(vacuum, 0.19)
        self.assertLess(solvent, 0.183)
        if client.shutil.which("obabel") is None:
            self.skipTest("apt-get install --no-install-recommends openbabel")
        with_hydrogens = r_of(self.add_hydrogens())
        print(f"{with_hydrogens:.4f} with hydrogens too", end=" ")
        self.assertLess(with_hydrogens, 0.18)

    def add_hydrogens(self):
        """Adds the hydrogens that the entry lacks, but for those of waters, where Open Babel places
        them; each moves as the atom that it is bound to."""
        import gemmi

        structure = gemmi.read_structure(str(MODEL))
        dry = structure.clone()
        dry.remove_waters()
        dry.write_pdb(str(self.folder / "dry.pdb"))
        run("obabel", "-ipdb", "dry.pdb", "-opdb", "-O", "bound.pdb", "-h", folder=self.folder)
        heavy = gemmi.NeighborSearch(structure[0], structure.cell, 5).populate()
        chain = gemmi.Chain("H")
        for residue in (r for c in gemmi.read_pdb(str(self.folder / "bound.pdb"))[0] for r in c):
            group = gemmi.Residue()
            group.name, group.seqid = "HYD", gemmi.SeqId(len(chain) + 1, " ")
            for atom in (a for a in residue if a.is_hydrogen()):
                parent = heavy.find_nearest_atom(atom.pos).to_cra(structure[0]).atom
                if parent.pos.dist(atom.pos) > 1.2:
                    continue
                atom.b_iso, atom.occ = parent.b_iso, parent.occ
                group.add_atom(atom)
            chain.add_residue(group)
        structure[0].add_chain(chain)
        path = self.folder / "hydrogens.pdb"
        structure.write_pdb(str(path))
        return path


if __name__ == "__main__":
    client.main()

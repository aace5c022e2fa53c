"""Geometry of an NXmx file that this program did not write: DIALS reads the same from it."""


import client
from client import FolderTest, nanobragg, needs, run


def group(parent, name, nx_class):
    made = parent.create_group(name)
    made.attrs["NX_class"] = nx_class
    return made


def axis(parent, name, setting, vector, depends_on, offset_mm=None):
    """A link of a chain of transformations; texts of fixed length, as C programs write them."""
    import numpy as np

    value, units = setting
    made = parent.create_dataset(name, data=value)
    made.attrs["transformation_type"] = np.bytes_("rotation" if units.startswith("deg") else "translation")
    made.attrs["vector"] = np.array(vector, dtype=float)
    made.attrs["units"] = np.bytes_(units)
    made.attrs["depends_on"] = np.bytes_(depends_on)
    if offset_mm is not None:
        made.attrs["offset"] = np.array(offset_mm)
        made.attrs["offset_units"] = "mm"


def write_master(path):
    """Two modules turned and moved on a detector on an arm, a kappa goniometer, no images."""
    import h5py
    import numpy as np

    with h5py.File(path, "w") as file:
        entry = group(file, "entry", "NXentry")
        entry["definition"] = "NXmx"
        entry["start_time"] = "2020-01-01T00:00:00"
        instrument = group(entry, "instrument", "NXinstrument")
        beam = group(instrument, "beam", "NXbeam")
        beam["incident_wavelength"] = 0.09795
        beam["incident_wavelength"].attrs["units"] = "nm"
        detector = group(instrument, "detector", "NXdetector")
        detector["sensor_material"] = "Si"
        detector["sensor_thickness"] = 450e-6
        detector["sensor_thickness"].attrs["units"] = "m"
        detector["saturation_value"] = 50000
        detector["underload_value"] = 0
        detector["depends_on"] = "transformations/det_z"
        arm = group(detector, "transformations", "NXtransformations")
        axis(arm, "two_theta", ([11.5], "deg"), (-1, 0, 0), ".")
        axis(arm, "det_z", ([123.4], "mm"), (0, 0, 1), "two_theta")
        for name, first_row, offset, tilt in (("module_1", 0, (2.5, 6, 0), 1), ("module_2", 60, (2, -7, 0.3), 4)):
            module = group(detector, name, "NXdetector_module")
            module["data_origin"] = (first_row, 0)
            module["data_size"] = (50, 40)
            depends_on = "/entry/instrument/detector/transformations/det_z"
            axis(module, "tilt", (float(tilt), "degrees"), (0, 0, 1), depends_on, (0.1, 0.2, 0.3))
            axis(module, "module_offset", (np.linalg.norm(offset), "mm"), offset / np.linalg.norm(offset), "tilt")
            axis(module, "fast_pixel_direction", (0.075, "mm"), (-1, 0, 0), "module_offset")
            axis(module, "slow_pixel_direction", (0.075, "mm"), (0, -1, 0), "module_offset")
        mask = np.zeros((110, 40), np.uint32)
        mask[3, 4], mask[55, 7], mask[60, 39] = 8, 1, 1
        detector["pixel_mask"] = mask
        sample = group(entry, "sample", "NXsample")
        sample["depends_on"] = "/entry/sample/transformations/phi"
        goniometer = group(sample, "transformations", "NXtransformations")
        axis(goniometer, "phi", (0.0, "deg"), (-1, 0, 0), "kappa")
        axis(goniometer, "kappa", (30.0, "deg"), (-0.6427876, -0.7660444, 0), "omega")
        axis(goniometer, "omega", ([10.0, 10.2, 10.4], "deg"), (-1, 0, 0), ".")
        data = group(entry, "data", "NXdata")
        data.attrs["signal"] = "data"
        data["data"] = np.zeros((3, 110, 40), np.uint32)


@needs("python3-h5py", module="h5py")
@needs("dials", module="dxtbx")
class Master(FolderTest):
    def test_is_read_as_dials_reads_it(self):
        import numpy as np
        from dxtbx.model.experiment_list import ExperimentListFactory

        write_master(self.folder / "master.h5")
        nanobragg(
            *"-geometry master.h5 -cell 50 60 70 -default_F 10 -N 3 -nonoise -quiet".split(),
            "-out", "ours.expt", "-out", "ours.nxs", folder=self.folder,
        )
        run("dials.import", "master.h5", "output.experiments=theirs.expt", folder=self.folder)
        ours, theirs = (
            ExperimentListFactory.from_json_file(str(self.folder / name), check_format=False)[0]
            for name in ("ours.expt", "theirs.expt")
        )
        self.assertEqual(len(ours.detector), 2)
        for a, b in zip(ours.detector, theirs.detector):
            self.assertEqual(a.get_image_size(), b.get_image_size())
            for x, y in ((a.get_origin(), b.get_origin()), (a.get_fast_axis(), b.get_fast_axis()),
                         (a.get_slow_axis(), b.get_slow_axis()), (a.get_pixel_size(), b.get_pixel_size())):
                np.testing.assert_allclose(x, y, atol=1e-9)
        np.testing.assert_allclose(ours.beam.get_s0(), theirs.beam.get_s0(), atol=1e-9)
        np.testing.assert_allclose(ours.goniometer.get_rotation_axis(), theirs.goniometer.get_rotation_axis(), atol=1e-9)
        np.testing.assert_allclose(ours.scan.get_oscillation(), theirs.scan.get_oscillation(), atol=1e-9)
        self.assert_mask()

    def assert_mask(self):
        """The mask's third pixel stands between the modules."""
        import h5py
        import numpy as np

        with h5py.File(self.folder / "ours.nxs") as file:
            masked = np.argwhere(file["/entry/instrument/detector/pixel_mask"][()])
        np.testing.assert_array_equal(masked, [(3, 4), (50, 39)])


if __name__ == "__main__":
    client.main()

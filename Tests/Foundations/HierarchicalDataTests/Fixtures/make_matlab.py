"""Makes recordings.v5.mat, recordings.v7.mat and recordings.v73.mat in the layout of the NeuroPAL recordings.

Versions 5 and 7 are written by SciPy; 7.3 by h5py as MATLAB lays it out: 512 bytes of text before the file, lengths reversed,
cells as references, text as 16-bit units.
"""
import h5py
import numpy as np
import scipy.io

neurons = ["ASE", "AWB", "AWC"]
files = ["worm_1", "worm_2"]
time = np.arange(8.0)


def cell(values):
    row = np.empty((1, len(values)), dtype=object)
    for index, value in enumerate(values):
        row[0, index] = value
    return row


empty = np.zeros((0, 0))
# ASE on both sides, AWB on the left alone in the second animal, AWC without sides.
traces = [
    cell([time, time + 1, time * 2, time * 3]),
    cell([empty, -time, empty, empty]),
    cell([time**2, empty, empty, empty]),
]
data = {
    "neurons": cell(neurons).T,
    "norm_traces": cell(traces).T,
    "fps": np.array([[4.0]]),
    "files": cell(files).T,
    "stim_names": cell(["butanone", "pentanedione", "NaCl"]),
    "stim_times": np.array([[0.25, 0.5], [0.75, 1.0], [1.25, 1.5]]),
    "stims": np.array([[1, 2, 3], [3, 1, 2]], dtype=np.uint8),
}
scipy.io.savemat("recordings.v5.mat", data)
scipy.io.savemat("recordings.v7.mat", data, do_compression=True)

with h5py.File("recordings.v73.mat", "w", userblock_size=512) as file:
    refs = file.create_group("#refs#")
    count = 0

    def write(name, value):
        global count
        if isinstance(value, str):
            units = np.array([[ord(c)] for c in value], dtype=np.uint16)
            dataset = file.create_dataset(name, data=units)
            kind = "char"
        elif value.dtype == object:
            references = np.empty(value.T.shape, dtype=h5py.ref_dtype)
            for place in np.ndindex(value.shape):
                count += 1
                references[place[::-1]] = write(f"#refs#/r{count}", value[place]).ref
            dataset = file.create_dataset(name, data=references, dtype=h5py.ref_dtype)
            kind = "cell"
        elif value.size == 0:
            dataset = file.create_dataset(name, data=np.array(value.shape, dtype=np.uint64))
            dataset.attrs["MATLAB_empty"] = np.uint8(1)
            kind = "double"
        else:
            value = np.atleast_2d(value)
            dataset = file.create_dataset(name, data=value.T)
            kind = "uint8" if value.dtype == np.uint8 else "double"
        dataset.attrs["MATLAB_class"] = np.bytes_(kind)
        return dataset

    for name, value in data.items():
        write(name, value)
with open("recordings.v73.mat", "r+b") as file:
    file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM")

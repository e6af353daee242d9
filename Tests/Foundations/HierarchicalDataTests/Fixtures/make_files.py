"""Makes the HDF5 files of these tests with h5py.

python3 -m pip install h5py numpy && python3 make_files.py
"""
import h5py
import numpy as np

with h5py.File("kinds.h5", "w", libver="earliest") as file:
    for code in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">i4", ">f8"):
        file["numbers/" + code.replace(">", "big_")] = np.arange(6).astype(code).reshape(3, 2)
    file["numbers/truth"] = np.array([True, False])
    file["numbers/complex"] = np.array([1 + 2j])
    file["numbers/scalar"] = 2.5
    file["numbers/empty"] = np.zeros((0, 3))
    file.create_dataset("numbers/packed", data=np.arange(20000, dtype="i4").reshape(200, 100), compression="gzip",
                        shuffle=True)
    file["texts/any"] = ["soma", "Purkinje é", ""]
    file["texts/fixed"] = np.array([b"ab", b"c"])
    file["texts/one"] = "alone"
    runs = file.create_dataset("runs", (3,), dtype=h5py.vlen_dtype(np.dtype("f2")))
    for index, run in enumerate([[0.5, 1.5], [], [2.0]]):
        runs[index] = np.array(run, dtype="f2")
    file["references"] = np.array([file["runs"].ref, file["texts/one"].ref], dtype=h5py.ref_dtype)
    file["compound"] = np.zeros(2, dtype=[("x", "i4"), ("y", "S3")])
    file["runs"].attrs["unit"] = "seconds"
    file["runs"].attrs["tags"] = ["a", "b"]
    file["runs"].attrs["rate"] = np.array([1.5, 2.5])
    file["runs"].attrs["target"] = file["texts/one"].ref

# A file in the form of the Spiking Heidelberg Digits.
with h5py.File("digits.h5", "w", libver="earliest") as file:
    times = file.create_dataset("spikes/times", (3,), dtype=h5py.vlen_dtype(np.dtype("f2")))
    units = file.create_dataset("spikes/units", (3,), dtype=h5py.vlen_dtype(np.dtype("u2")))
    for index, (seconds, channels) in enumerate([([0.25, 0.5], [3, 699]), ([], []), ([1.0], [0])]):
        times[index] = np.array(seconds, dtype="f2")
        units[index] = np.array(channels, dtype="u2")
    file["labels"] = np.array([0, 2, 1], dtype="u2")
    file["extra/speaker"] = np.array([4, 4, 9], dtype="u2")
    file["extra/keys"] = np.array([b"zero", b"one", b"zwei"])

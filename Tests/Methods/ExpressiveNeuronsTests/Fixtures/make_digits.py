"""Writes digits.h5, three made-up digits in the form of the Spiking Heidelberg Digits, and damaged ones.

python3 -m pip install h5py numpy && python3 make_digits.py
"""

import h5py
import numpy as np


def write(name, times, units, labels):
    with h5py.File(name, "w") as file:
        for path, rows, kind in (("spikes/times", times, "f2"), ("spikes/units", units, "u2")):
            if rows is None:
                continue
            runs = file.create_dataset(path, (len(rows),), dtype=h5py.vlen_dtype(np.dtype(kind)))
            for index, row in enumerate(rows):
                runs[index] = np.array(row, dtype=kind)
        file["labels"] = np.array(labels, dtype="u2")
        file["extra/speaker"] = np.zeros(len(labels), dtype="u2")


write("digits.h5", [[0.25, 0.5, 1.25], [], [0.0625]], [[0, 350, 699], [], [42]], [3, 19, 11])
write("digits_bad_unit.h5", [[0.25], [0.5]], [[1], [700]], [0, 1])
write("digits_bad_time.h5", [[-0.5], [0.5]], [[1], [2]], [0, 1])
write("digits_bad_label.h5", [[0.25], [0.5]], [[1], [2]], [0, 20])
write("digits_no_units.h5", [[0.25]], None, [0])

"""Writes neuronio_small.p.gz: two made-up simulations in the form of NeuronIO's files, as Python 2 pickled them.

python3 make_neuronio_pickle.py
"""

import gzip
import io
import pickle
import struct

import numpy as np


class Python2Pickler(pickle._Pickler):
    """Protocol 2 with both kinds of strings as Python 2's `str`."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_string(self, value):
        data = value.encode("ascii") if isinstance(value, str) else value
        if len(data) < 256:
            self.write(b"U" + bytes([len(data)]) + data)
        else:
            self.write(b"T" + struct.pack("<i", len(data)) + data)
        self.memoize(value)

    dispatch[str] = save_string
    dispatch[bytes] = save_string


def simulation(number):
    milliseconds = 2100
    low = -70 + 10 * np.sin(np.arange(milliseconds) / (20.0 + number))
    high = np.interp(np.arange(0, milliseconds, 0.125), np.arange(milliseconds), low)
    for time in (500.25, 2050.875):
        high[int(8 * time)] = 20
    return {
        "recordingTimeHighRes": np.arange(0, milliseconds, 0.125).astype(np.float32),
        "somaVoltageHighRes": high.astype(np.float16),
        "somaVoltageLowRes": low.astype(np.float16),
        "exInputSpikeTimes": {np.int64(0): [np.int64(3), np.int64(7)], np.int64(2): [np.int64(2099 - number)]},
        "inhInputSpikeTimes": {np.int64(1): [np.int64(3)]},
        "outputSpikeTimes": np.array([500.25, 2050.875]).astype(np.float16),
        "dendriticVoltagesLowRes": np.tile(low, (3, 1)).astype(np.float16),
    }


experiment = {
    "Params": {
        "allSegmentsType": ["basal", "basal", "apical"],
        "totalSimDurationInSec": 2.1,
        "allSegments_DistFromSoma": [10.5, 30.25, 200.0],
    },
    "Results": {"listOfSingleSimulationDicts": [simulation(0), simulation(1)]},
}
plain = io.BytesIO()
Python2Pickler(plain, protocol=2).dump(experiment)
# NumPy 2 has another name for the module that NumPy 1 pickled.
data = plain.getvalue().replace(b"cnumpy._core.multiarray\n", b"cnumpy.core.multiarray\n")
with open("neuronio_small.p.gz", "wb") as file:
    file.write(gzip.compress(data, 9, mtime=0))

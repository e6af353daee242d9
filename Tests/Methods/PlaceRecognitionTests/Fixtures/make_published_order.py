"""Draws published_order.json with NumPy's legacy generator: calibration places first, then the others."""
import json

import numpy as np


def order(places, calibration, seed):
    chosen = np.random.RandomState(42).permutation(places)[:calibration]
    random = np.random.RandomState(seed)
    random.shuffle(chosen)
    everything = random.permutation(places)
    others = np.setdiff1d(everything, chosen)
    random.shuffle(others)
    return np.concatenate((chosen, others)).tolist()


json.dump({"ten_of_four_seed0": order(10, 4, 0), "hundred_of_twenty_seed3": order(100, 20, 3)},
          open("published_order.json", "w"))

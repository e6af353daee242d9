"""Writes cifar-python/: a folder as CIFAR-10's Python archive unpacks to, two images a batch.

Run with NumPy installed: python make_cifar.py
"""
import os
import pickle

import numpy as np

os.makedirs("cifar-python", exist_ok=True)
for number, name in enumerate([f"data_batch_{k}" for k in range(1, 6)] + ["test_batch"]):
    images = (np.arange(2 * 3072, dtype=np.int64) * 7 + number).reshape(2, 3072) % 251
    batch = {"batch_label": name, "labels": [number, 9 - number], "data": images.astype(np.uint8),
             "filenames": ["a.png", "b.png"]}
    with open(f"cifar-python/{name}", "wb") as file:
        pickle.dump(batch, file, protocol=2)
names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
with open("cifar-python/batches.meta", "wb") as file:
    pickle.dump({"num_cases_per_batch": 2, "label_names": names, "num_vis": 3072}, file, protocol=2)

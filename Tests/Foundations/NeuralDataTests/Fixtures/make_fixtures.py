"""Writes the array files that NumPy itself makes.

    pip install numpy && python make_fixtures.py
"""
import numpy as np

base = np.arange(24).reshape(2, 3, 4)
for code in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16", "?"):
    for order in ("<", ">"):
        for layout in ("C", "F"):
            kind = code if code == "?" else order + code
            name = f"{'b1' if code == '?' else code}_{'little' if order == '<' else 'big'}_{layout}.npy"
            if code == "?" and order == ">":
                continue
            values = base % 2 if code == "?" else base
            np.save(name, np.asarray(values, dtype=kind, order=layout))
np.savez_compressed("compressed.npz", a=base, b=np.float32([1.5, 2.5]))
np.savez("stored.npz", a=base, b=np.float32([1.5, 2.5]))

"""HALS for a non-negative CP decomposition in NumPy, unfolding each mode as tensortools does. Prints seconds of one sweep."""
import json
import time

import numpy as np

rng = np.random.default_rng(1)
T, W, P, R = 240, 21, 4950, 16
X = rng.random((T, W, P), dtype=np.float32)
X[X < 0.65] = 0
norm = np.square(X).sum()
U = [rng.random((n, R), dtype=np.float32) for n in X.shape]


def khatri_rao(a, b):
    return (a[:, None, :] * b[None, :, :]).reshape(-1, R)


def sweep():
    for mode in range(3):
        others = [U[m] for m in range(3) if m != mode]
        gram = (others[0].T @ others[0]) * (others[1].T @ others[1])
        product = np.moveaxis(X, mode, 0).reshape(X.shape[mode], -1) @ khatri_rao(*others)
        factor = U[mode]
        for _ in range(3):
            for p in range(R):
                rest = product[:, p] - factor @ gram[:, p] + factor[:, p] * gram[p, p]
                factor[:, p] = np.maximum(0, rest / max(gram[p, p], 1e-6))
    return np.sqrt(max(0, (gram * (factor.T @ factor)).sum() - 2 * (factor * product).sum() + norm))


sweep()
times = []
for _ in range(3):
    start = time.perf_counter()
    sweep()
    times.append(time.perf_counter() - start)
print(json.dumps({"one sweep": min(times)}))

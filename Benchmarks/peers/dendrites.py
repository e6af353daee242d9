"""What a user would otherwise run for the laws and the matching: SciPy and NumPy. Prints seconds for each case."""
import json
import time

import numpy as np
import scipy.sparse as sparse
from scipy.stats import hypergeom


def least(repeats, work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


rng = np.random.default_rng(1)


def sets(count, size, cells=2048):
    rows = np.repeat(np.arange(count), size)
    columns = np.concatenate([rng.choice(cells, size, replace=False) for _ in range(count)])
    return sparse.csr_matrix((np.ones(count * size, dtype=np.uint8), (rows, columns)), shape=(count, cells))


segments, patterns = sets(10_000, 20), sets(10_000, 40)


def matching():
    found = 0
    for start in range(0, 10_000, 500):
        overlaps = patterns[start:start + 500] @ segments.T
        found += int((overlaps.data >= 8).sum())
    return found


def sweep():
    cells = np.arange(10_000, 190_001, 20_000)
    grid = [(n, int(n * f + 0.5), s) for n in cells for f in (0.005, 0.01, 0.015, 0.02, 0.025, 0.03) for s in range(20, 51, 5)]
    n, a, s = (np.array(column) for column in zip(*grid))
    return [np.median(hypergeom.sf(t - 1, n, a, s)) for t in range(3, 25)]


def draws():
    segment = np.zeros(3500, dtype=bool)
    segment[rng.choice(3500, 256, replace=False)] = True
    return [segment[rng.choice(3500, 24, replace=False)].sum() for _ in range(20_000)]


print(json.dumps({
    "closed form, one evaluation": least(5, lambda: [hypergeom.sf(11, 10_000, 300, 24) for _ in range(200)]) / 200,
    "Fig 6 sweep, 9240 evaluations": least(3, sweep),
    "explicit draw, n = 3500, s = 24": least(3, draws) / 20_000,
    "10000 segments against 10000 patterns": least(2, matching),
}))

"""Makes decompositions.json with NumPy.

python3 -m pip install numpy && python3 make_decompositions.py
"""
import json

import numpy as np

random = np.random.default_rng(2)
cases = []
for rows, columns in [(1, 1), (3, 3), (5, 2), (2, 5), (7, 7)]:
    a = random.normal(size=(rows, columns))
    positive = a @ a.T + np.eye(rows)
    right = random.normal(size=(rows, 2))
    b = random.normal(size=(3, columns))
    cases.append({
        "rows": rows, "columns": columns, "a": a.ravel().tolist(), "positive": positive.ravel().tolist(),
        "right": right.ravel().tolist(), "b": b.ravel().tolist(),
        "cholesky": np.linalg.cholesky(positive).ravel().tolist(), "logdet": np.linalg.slogdet(positive)[1],
        "solution": np.linalg.solve(positive, right).ravel().tolist(),
        "singular": np.linalg.svd(a, compute_uv=False).tolist(), "eigen": np.linalg.eigvalsh(positive).tolist(),
        "kronecker": np.kron(a, b).ravel().tolist(),
    })
with open("decompositions.json", "w") as file:
    json.dump(cases, file)

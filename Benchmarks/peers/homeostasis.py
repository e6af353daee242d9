"""The published homeostatic learner in NumPy, a constant one in PyTorch, and river's detectors. Prints seconds."""
import gzip
import json
import time

import numpy as np

folder = "/usr/share/datasets/fashion-mnist/"
with gzip.open(folder + "train-images-idx3-ubyte.gz") as file:
    images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
with gzip.open(folder + "train-labels-idx1-ubyte.gz") as file:
    labels = np.frombuffer(file.read(), np.uint8, offset=8)
count = 6000
x = images[:count].astype(np.float32) / 255
y = labels[:count].astype(int)


def elu(z):
    return np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1)


def forward(w, b, v):
    h1 = elu(w[0] @ v + b[0])
    h2 = elu(w[1] @ h1 + b[1])
    z = w[2] @ h2 + b[2]
    p = np.exp(z - z.max())
    return h1, h2, p / p.sum()


def published(homeostatic):
    """Sample by sample, as the published program does; 10-sample batches."""
    rng = np.random.default_rng(1)
    sizes = (784, 80, 60, 10)
    w = [(rng.standard_normal((o, i)) * np.sqrt(2 / i)).astype(np.float32) for i, o in zip(sizes, sizes[1:])]
    b = [rng.standard_normal(o).astype(np.float32) for o in sizes[1:]]
    eta, step = 0.001, 0.0001
    gw, gb = [np.zeros_like(m) for m in w], [np.zeros_like(v) for v in b]
    start = time.perf_counter()
    for i in range(count):
        h1, h2, p = forward(w, b, x[i])
        e3 = p.copy()
        e3[y[i]] -= 1
        e2 = (w[2].T @ e3) * np.where(h2 > 0, 1, h2 + 1)
        e1 = (w[1].T @ e2) * np.where(h1 > 0, 1, h1 + 1)
        for layer, (e, v) in enumerate(((e1, x[i]), (e2, h1), (e3, h2))):
            gw[layer] += np.outer(e, v)
            gb[layer] += e
        if homeostatic and i > 20 and i % 10 == 0:
            sign = 1 if p.argmax() >= 5 else -1
            hits = []
            for rate in (eta, max(eta + sign * step, 1e-8)):
                sw = [m - rate / 10 * g for m, g in zip(w, gw)]
                sb = [m - rate / 10 * g for m, g in zip(b, gb)]
                hits.append(sum(forward(sw, sb, x[u])[2].argmax() == y[u] for u in range(i - 20, i)))
            if hits[1] > hits[0]:
                eta += step if y[i] >= 5 else -step
                eta = eta if eta >= 0 else 1e-8
        if i % 10 == 9:
            for layer in range(3):
                w[layer] -= eta / 10 * gw[layer]
                b[layer] -= eta / 10 * gb[layer]
                gw[layer][:] = 0
                gb[layer][:] = 0
    return time.perf_counter() - start


def torch_constant():
    import torch
    torch.set_num_threads(1)
    net = torch.nn.Sequential(torch.nn.Linear(784, 80), torch.nn.ELU(), torch.nn.Linear(80, 60), torch.nn.ELU(), torch.nn.Linear(60, 10))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.001)
    loss = torch.nn.CrossEntropyLoss()
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    start = time.perf_counter()
    hits = 0
    for i in range(0, count, 10):
        out = net(tx[i:i + 10])
        hits += int((out.argmax(1) == ty[i:i + 10]).sum())
        optimiser.zero_grad()
        loss(out, ty[i:i + 10]).backward()
        optimiser.step()
    return time.perf_counter() - start


def detector(make):
    stream = np.random.default_rng(2).random(20_000) < 0.2
    watcher = make()
    start = time.perf_counter()
    for value in stream:
        watcher.update(float(value))
    return (time.perf_counter() - start) / len(stream)


from river import drift
from river.drift import binary

result = {
    "homeostatic learner, 60000 samples (NumPy)": min(published(True) for _ in range(2)) * 60_000 / count,
    "constant learner, 60000 samples (NumPy)": min(published(False) for _ in range(2)) * 60_000 / count,
    "ADWIN, one value": min(detector(drift.ADWIN) for _ in range(3)),
    "DDM, one value": min(detector(binary.DDM) for _ in range(3)),
    "Page-Hinkley, one value": min(detector(drift.PageHinkley) for _ in range(3)),
}
try:
    result["constant learner, 60000 samples (PyTorch)"] = min(torch_constant() for _ in range(2)) * 60_000 / count
except ImportError:
    pass
print(json.dumps(result))

"""The expressive leaky memory neuron in TorchScript. Prints seconds of a training step.

    elm.py                                        times the cases of Benchmarks/ExpressiveNeurons.swift
    elm.py weights.safetensors events.npz out.npz  compares with the output of `neuropil elm run`
"""
import json
import math
import os
import resource
import struct
import sys
import time
from typing import List, Optional

import numpy as np
import torch
from torch import Tensor, nn


class ELM(nn.Module):
    def __init__(self, inputs, outputs, memory, indices: Optional[Tensor], mask: Optional[Tensor], branches, gain, tau_m,
                 lam=5.0, tau_s=5.0, dt=1.0, hidden=None):
        super().__init__()
        hidden = hidden or 2 * memory
        count = inputs if indices is None else len(indices)
        self.indices = indices if indices is not None else torch.arange(inputs)
        self.mask = mask if mask is not None else torch.ones(count)
        self.routed: bool = indices is not None
        self.branches: int = branches
        self.w = nn.Parameter(torch.full((count,), 0.5))
        self.first = nn.Linear(branches + memory, hidden)
        self.last = nn.Linear(hidden, memory)
        self.readout = nn.Linear(memory, outputs)
        tau = torch.tensor(tau_m.tolist(), dtype=torch.float64)
        self.kappa_m = torch.exp(-dt / tau).float()
        self.gain = (lam * -torch.expm1(-dt / tau) if gain == "scaled-leak" else -torch.expm1(-dt * lam / tau)).float()
        self.kappa_s: float = math.exp(-dt / tau_s)

    def forward(self, x: Tensor) -> Tensor:
        batch, steps = x.shape[0], x.shape[1]
        if self.routed:
            x = x[:, :, self.indices] * self.mask
        w = torch.relu(self.w)
        s = torch.zeros(batch, x.shape[2])
        m = torch.zeros(batch, self.kappa_m.shape[0])
        out: List[Tensor] = []
        for t in range(steps):
            s = self.kappa_s * s + w * x[:, t]
            c = s.view(batch, self.branches, -1).sum(2) if self.routed else s
            km = self.kappa_m * m
            h = torch.relu(self.first(torch.cat([c, km], 1)))
            m = km + self.gain * (1.7159 * torch.tanh(self.last(h) * (2 / 3)))
            out.append(self.readout(m))
        return torch.stack(out, 1)


def neuron_io_routing():
    order = [k % 2 * 639 + k // 2 for k in range(1278)]
    places = [i * 29 + j for i in range(45) for j in range(100)]
    return (torch.tensor([order[min(p, 1277)] for p in places]), torch.tensor([float(p < 1278) for p in places]))


def peak():
    """Largest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def step_time(model, x, loss, repeats):
    model = torch.jit.script(model)
    optimiser = torch.optim.Adam(model.parameters(), 5e-4)
    best = math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        optimiser.zero_grad()
        loss(model(x)).backward()
        optimiser.step()
        best = min(best, time.perf_counter() - start)
    return best


def cases():
    torch.manual_seed(1)
    indices, mask = neuron_io_routing()
    x = (torch.rand(8, 500, 1278) < 13.5 / 1278).float() * (torch.arange(1278) < 639).float().mul(2).sub(1)
    spikes, voltage = torch.zeros(8, 500), torch.rand(8, 500)

    def traces(y):
        return 0.5 * nn.functional.binary_cross_entropy_with_logits(y[..., 0], spikes) + 0.5 * ((y[..., 1] - voltage)**2).mean()

    digits = (torch.rand(8, 1000, 700) < 8 / 700).float()
    labels = torch.randint(19, (8,))
    result = {}
    for memory, repeats in ((20, 5), (100, 4)):
        model = ELM(1278, 2, memory, indices, mask, 45, "scaled-leak", np.geomspace(1, 150, memory))
        before = peak()
        result[f"Branch-ELM, {memory} memory units, batch 8, 500 ms"] = step_time(model, x, traces, repeats)
        # The peak never falls, so only the first case tells its own.
        if memory == 20:
            result["Branch-ELM, 20 memory units, batch 8, 500 ms, memory"] = peak() - before
    with torch.no_grad():
        stream = torch.jit.script(ELM(1278, 2, 20, indices, mask, 45, "scaled-leak", np.geomspace(1, 150, 20)))
        one, best = x[:1, :1].contiguous(), math.inf
        for _ in range(500):
            start = time.perf_counter()
            stream(one)
            best = min(best, time.perf_counter() - start)
        result["streaming, 20 memory units, one step"] = best
    model = ELM(700, 19, 100, None, None, 700, "scaled-leak", np.geomspace(1, 150, 100), dt=2.0)
    name = "ELM for SHD-Adding, 100 memory units, batch 8, 1000 steps"
    decide = lambda y: nn.functional.cross_entropy(y[:, -1], labels)
    torch.set_flush_denormal(True)
    result[name + ", flushed to zero"] = step_time(model, digits, decide, 3)
    torch.set_flush_denormal(False)
    result[name] = step_time(model, digits, decide, 3)
    return result


def safetensors(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    head = json.loads(data[8:8 + size])
    types = {"F32": np.float32, "F64": np.float64, "I32": np.int32, "I64": np.int64}
    meta = head.pop("__metadata__", {})
    arrays = {k: np.frombuffer(data[8 + size + v["data_offsets"][0]:8 + size + v["data_offsets"][1]], types[v["dtype"]]).reshape(v["shape"])
              for k, v in head.items()}
    return arrays, meta


def compare(weights, events, outputs):
    arrays, meta = safetensors(weights)
    c = json.loads(meta["configuration"])
    table = arrays["routing"]
    direct = "direct" in c["routing"]
    flat = torch.from_numpy(np.maximum(table, 0).reshape(-1).astype(np.int64))
    model = ELM(c["inputs"], c["outputs"], c["memoryUnits"], None if direct else flat,
                None if direct else torch.from_numpy((table.reshape(-1) >= 0).astype(np.float32)), table.shape[0], c["gain"],
                arrays["memory.time_constant"], c["lambda"], c["traceTimeConstants"][0], c["timeStepMilliseconds"], c["hiddenSize"])
    tensor = lambda name: torch.from_numpy(arrays[name].astype(np.float32))
    state = {"w": tensor("synapse.weight").reshape(-1), "first.weight": tensor("mlp.0.weight"), "first.bias": tensor("mlp.0.bias"),
             "last.weight": tensor("mlp.1.weight"), "last.bias": tensor("mlp.1.bias"),
             "readout.weight": tensor("readout.weight"), "readout.bias": tensor("readout.bias")}
    model.load_state_dict(state)
    file = np.load(events)
    x = torch.zeros(tuple(file["shape"]))
    x.index_put_((torch.from_numpy(file["time"].astype(np.int64)), torch.from_numpy(file["channel"].astype(np.int64))),
                 torch.from_numpy(file["value"].astype(np.float32)) if "value" in file else torch.ones(len(file["time"])), accumulate=True)
    with torch.no_grad():
        theirs = torch.jit.script(model)(x[None])[0].numpy()
    return {"largest difference": float(np.abs(theirs - np.load(outputs)["output"]).max())}


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 1)))
    print(json.dumps(compare(*sys.argv[1:]) if len(sys.argv) == 4 else cases()))

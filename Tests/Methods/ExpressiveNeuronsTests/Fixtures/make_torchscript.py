"""Outputs and derivatives of the benchmark's peer, the equations in TorchScript, on three small neurons.

    python make_torchscript.py    (needs PyTorch; writes torchscript.npz)
"""
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[4] / "Benchmarks/peers"))
from elm import ELM

INPUTS, STEPS, MEMORY, OUTPUTS = 12, 60, 5, 2
TAU = np.geomspace(1, 150, MEMORY)
order = [k % 2 * (INPUTS // 2) + k // 2 for k in range(INPUTS)]
places = [i * 3 + j for i in range(4) for j in range(5)]
windows = (torch.tensor([order[min(p, INPUTS - 1)] for p in places]), torch.tensor([float(p < INPUTS) for p in places]))

arrays = {}
torch.manual_seed(3)
for name, routing, branches, gain in (("branches", windows, 4, "scaled-leak"), ("fast", windows, 4, "fast-input"),
                                      ("direct", (None, None), INPUTS, "scaled-leak")):
    model = ELM(INPUTS, OUTPUTS, MEMORY, *routing, branches, gain, TAU)
    with torch.no_grad():
        model.w.copy_(torch.rand_like(model.w) - 0.1)
    x = (torch.rand(3, STEPS, INPUTS) < 0.1).float() * (torch.arange(INPUTS) < INPUTS // 2).float().mul(2).sub(1)
    slope = torch.rand(3, STEPS, OUTPUTS) - 0.5
    y = torch.jit.script(model)(x)
    (y * slope).sum().backward()
    arrays |= {f"{name}.input": x, f"{name}.slope": slope, f"{name}.output": y}
    for key, value in model.named_parameters():
        arrays |= {f"{name}.{key}": value, f"{name}.by.{key}": value.grad}
np.savez_compressed("torchscript.npz", **{key: value.detach().numpy() for key, value in arrays.items()})

"""Makes the pickles and checkpoints of these tests with Python, NumPy and PyTorch.

python3 -m pip install numpy torch && python3 make_pickles.py
"""
import collections
import pickle

import numpy as np
import torch

plain = {
    "none": None, "truth": [True, False], "small": 7, "negative": -300, "large": 2**40, "least": -(2**63),
    "number": 2.5, "text": "Purkinje é \u03b1", "bytes": bytes([0, 200, 10]), "tuple": (), "pair": (1, (2, "x")),
    "set": {3}, "frozen": frozenset([4]), "ordered": collections.OrderedDict([("b", 1), ("a", 2)]), 5: "five",
}
shared = [1, 2]
plain["again"] = [shared, shared]
arrays = {
    "float": np.arange(6, dtype="<f8").reshape(2, 3), "big": np.arange(4, dtype=">i4"),
    "fortran": np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3)), "truth": np.array([True, False]),
    "empty": np.zeros((0, 3)), "scalar": np.float64(1.5), "whole": np.int16(-4), "zero": np.array(8.0),
}
for protocol in range(6):
    with open(f"plain{protocol}.pkl", "wb") as file:
        pickle.dump(plain, file, protocol)
    with open(f"arrays{protocol}.pkl", "wb") as file:
        pickle.dump(arrays, file, protocol)
# NumPy 1 names its modules otherwise.
with open("arrays2.pkl", "rb") as file:
    old = file.read().replace(b"cnumpy._core.multiarray", b"cnumpy.core.multiarray")
with open("arrays_numpy1.pkl", "wb") as file:
    file.write(old)

base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
state = collections.OrderedDict(
    weight=base, transposed=base.t(), column=base[:, 1], half=torch.tensor([1.5, -2]).half(),
    bfloat=torch.tensor([1.5, -2]).bfloat16(), double=torch.tensor([0.1], dtype=torch.float64),
    steps=torch.tensor(7), truth=torch.tensor([True, False]), empty=torch.zeros(0, 3),
    parameter=torch.nn.Parameter(torch.tensor([3.0])), wide=torch.tensor([65535], dtype=torch.uint16),
)
torch.save(state, "state.pt")
torch.save({"model": {"layer": {"weight": base}}, "epoch": 3, "name": "elm", "losses": [0.5, 0.25],
            "optimizer": [{"momentum": torch.ones(2)}, {"rate": 0.1}]}, "nested.pt")
torch.save({"weight": torch.ones(2)}, "legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.save(torch.jit.script(torch.nn.Linear(1, 1)), "script.pt")

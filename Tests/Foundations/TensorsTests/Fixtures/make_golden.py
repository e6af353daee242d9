"""Writes golden.json: what PyTorch computes for the cases of GoldenTests.swift.

Run with PyTorch and NumPy installed: python make_golden.py
"""
import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
cases = {}


def data(*shape):
    """Numbers that both sides can make exactly: a short pattern of quarters."""
    count = math.prod(shape)
    return (torch.arange(count) * 7 % 23 - 11).reshape(shape) / 4.0


def keep(name, value):
    if isinstance(value, (tuple, list)):
        for index, part in enumerate(value):
            keep(f"{name}.{index}", part)
        return
    cases[name] = {"shape": list(value.shape), "values": [float(v) for v in value.detach().flatten()]}


def with_gradients(name, function, *inputs):
    leaves = [x.clone().requires_grad_(True) for x in inputs]
    out = function(*leaves)
    keep(name, out)
    weights = torch.cos(torch.arange(out.numel(), dtype=torch.float64)).reshape(out.shape)
    for index, gradient in enumerate(torch.autograd.grad((out * weights).sum(), leaves)):
        keep(f"{name}.gradient{index}", gradient)


a, b = data(3, 4), data(4) + 0.5
with_gradients("add", lambda x, y: x + y, a, b)
with_gradients("divide", lambda x, y: x / (y * y + 1), a, b)
with_gradients("matmul", lambda x, y: x @ y, data(2, 3, 4), data(4, 5))
with_gradients("softmax", lambda x: x.softmax(-1), a)
with_gradients("logsumexp", lambda x: x.logsumexp(1), a)
with_gradients("variance", lambda x: x.var(1), a)
for activation in ["relu", "sigmoid", "tanh", "silu", "gelu", "elu", "softplus", "leaky_relu", "relu6"]:
    with_gradients(activation, getattr(F, activation), a)
with_gradients("conv1d", lambda x, w, c: F.conv1d(x, w, c, stride=2, padding=1), data(2, 3, 7), data(4, 3, 3), data(4))
with_gradients("conv2d", lambda x, w, c: F.conv2d(x, w, c, padding=1, groups=2), data(2, 4, 5, 5), data(6, 2, 3, 3), data(6))
with_gradients("conv3d", lambda x, w, c: F.conv3d(x, w, c), data(1, 2, 4, 4, 4), data(3, 2, 2, 2, 2), data(3))
with_gradients("deconv2d", lambda x, w, c: F.conv_transpose2d(x, w, c, stride=2, padding=1, output_padding=1),
               data(2, 3, 4, 4), data(3, 5, 3, 3), data(5))
with_gradients("max_pool", lambda x: F.max_pool2d(x, 2), data(2, 3, 6, 6))
with_gradients("avg_pool", lambda x: F.avg_pool2d(x, 3, 2, 1), data(2, 3, 6, 6))
with_gradients("layer_norm", lambda x, w, c: F.layer_norm(x, (4,), w, c), a, data(4), data(4))
with_gradients("group_norm", lambda x, w, c: F.group_norm(x, 2, w, c), data(2, 4, 3), data(4), data(4))

norm = torch.nn.BatchNorm2d(3)
with_gradients("batch_norm", norm, data(4, 3, 2, 2))
keep("batch_norm.running_mean", norm.running_mean)
keep("batch_norm.running_var", norm.running_var)
norm.eval()
with_gradients("batch_norm_inference", norm, data(4, 3, 2, 2))


def filled(module):
    """Every parameter by the pattern, in the order of their names."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(data(*parameter.shape) / 8)
    return module


sequence = data(2, 5, 3)
lstm = filled(torch.nn.LSTM(3, 4, 2, batch_first=True, bidirectional=True))
with_gradients("lstm", lambda x: lstm(x)[0], sequence)
keep("lstm.state", lstm(sequence)[1])
gru = filled(torch.nn.GRU(3, 4, 1, batch_first=True))
with_gradients("gru", lambda x: gru(x)[0], sequence)
attention = filled(torch.nn.MultiheadAttention(4, 2, batch_first=True))
with_gradients("attention", lambda x: attention(x, x, x, need_weights=False)[0], data(2, 3, 4))
embedding = filled(torch.nn.Embedding(5, 3))
keep("embedding", embedding(torch.tensor([[0, 4], [2, 2]])))

labels = torch.tensor([0, 2, 3])
with_gradients("cross_entropy", lambda x: F.cross_entropy(x, labels), a)
with_gradients("cross_entropy_smooth", lambda x: F.cross_entropy(x, labels, label_smoothing=0.1), a)
targets = data(3, 4) / 8 + 0.4
with_gradients("binary_cross_entropy", lambda x: F.binary_cross_entropy_with_logits(x, targets), a)
with_gradients("squared_error", lambda x: F.mse_loss(x, targets), a)
with_gradients("absolute_error", lambda x: F.l1_loss(x, targets), a)
with_gradients("huber", lambda x: F.huber_loss(x, targets), a)
with_gradients("poisson", lambda x: F.poisson_nll_loss(x, (targets * 4).abs()), a)
with_gradients("divergence", lambda x: F.kl_div(x.log_softmax(1), a.flip(1).log_softmax(1), reduction="batchmean", log_target=True), a)

optimisers = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.05, weight_decay=0.01),
}
for name, make in optimisers.items():
    x = data(2, 3).clone().requires_grad_(True)
    y = data(3).clone().requires_grad_(True)
    optimiser = make([x, y])
    for _ in range(5):
        optimiser.zero_grad()
        ((x * y).sin().sum() + (x * x).mean()).backward()
        optimiser.step()
    keep(f"{name}.x", x)
    keep(f"{name}.y", y)

x = data(2, 3).clone().requires_grad_(True)
(x * x).sum().backward()
keep("clip.norm", torch.nn.utils.clip_grad_norm_([x], 1.5))
keep("clip.gradient", x.grad)

parameter = torch.nn.Parameter(torch.zeros(1))
cosine = torch.optim.lr_scheduler.CosineAnnealingLR(torch.optim.SGD([parameter], lr=0.4), 10, 0.1)
rates = []
for _ in range(11):
    rates.append(cosine.get_last_lr()[0])
    cosine.optimizer.step()
    cosine.step()
keep("cosine", torch.tensor(rates))

torch.set_default_dtype(torch.float32)
network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3))
filled(network)
network(data(4, 1, 4, 4).float())
network.eval()
torch.save(network.state_dict(), "network.pt")
keep("network", network(data(4, 1, 4, 4).float()))

with open("golden.json", "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, separators=(",", ":"))
    file.write("\n")

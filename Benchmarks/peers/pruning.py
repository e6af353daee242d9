"""Pruning in PyTorch: torch.nn.utils.prune, and the protocol of the published program on a small network.

The protocol: every cycle trains twice; gradients of zero weights are masked through NumPy at every step; every epoch ends
with an evaluation on all training images. Prints seconds.
"""
import json
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import prune

from tensors import resnet20


def least(repeats, work):
    best = 1e9
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def masked_step(device="cpu", repeats=12):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    network = resnet20().to(device)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            prune.random_unstructured(module, "weight", amount=0.9)
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    images, labels = torch.randn(64, 3, 32, 32, device=device), torch.arange(64, device=device) % 10

    def step():
        optimiser.zero_grad()
        loss = F.cross_entropy(network(images), labels)
        loss.backward()
        optimiser.step()
        loss.item()

    return least(repeats, step)


def global_step():
    torch.manual_seed(1)
    torch.set_num_threads(2)
    best = 1e9
    for _ in range(3):
        layer = nn.Linear(5000, 5000, bias=False)
        best = min(
            best,
            least(1, lambda: prune.global_unstructured([(layer, "weight")], prune.L1Unstructured, amount=0.2)))
    return best


def iterative_run(cycles=4, epochs=5, rate=20, share=2):
    torch.manual_seed(1)
    torch.set_num_threads(1)
    images = torch.randint(0, 17, (1438 + 359, 64)).float() / 16
    labels = torch.arange(1438 + 359) % 10
    network = nn.Sequential(nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10))
    optimiser = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
    weights = [p for name, p in network.named_parameters() if "weight" in name]
    first = {name: p.detach().clone() for name, p in network.named_parameters()}

    def train():
        for _ in range(epochs):
            order = torch.randperm(1438)
            for start in range(0, 1438, 64):
                chosen = order[start:start + 64]
                optimiser.zero_grad()
                F.cross_entropy(network(images[chosen]), labels[chosen]).backward()
                for weight in weights:
                    values, gradient = weight.data.cpu().numpy(), weight.grad.data.cpu().numpy()
                    weight.grad.data = torch.from_numpy(numpy.where(values == 0, 0, gradient))
                optimiser.step()
            with torch.no_grad():
                (network(images[:1438]).argmax(1) == labels[:1438]).float().mean().item()
                (network(images[1438:]).argmax(1) == labels[1438:]).float().mean().item()

    def prune_and_rewind():
        values = [w.detach().numpy() for w in weights]
        alive = numpy.concatenate([v[v != 0] for v in values])
        border = numpy.percentile(numpy.abs(alive), rate - share)
        masks = [(numpy.abs(v) >= border) & (v != 0) for v in values]
        starts = [first[name].numpy() for name, _ in network.named_parameters() if "weight" in name]
        moves = numpy.concatenate([
            numpy.abs(v - s)[m & (v < 0)] for v, s, m in zip(values, starts, masks)])
        count = int(len(alive) * share / 100)
        limit = numpy.sort(moves)[count]
        masks = [m & ~((v < 0) & (numpy.abs(v - s) <= limit)) for v, s, m in zip(values, starts, masks)]
        for name, parameter in network.named_parameters():
            parameter.data = first[name].clone()
        for weight, mask in zip(weights, masks):
            weight.data *= torch.from_numpy(mask.astype(numpy.float32))

    train()
    for _ in range(cycles):
        train()
        prune_and_rewind()
        train()


if __name__ == "__main__":
    results = {
        "masked step": masked_step(),
        "global step": global_step(),
        "iterative run": least(2, iterative_run),
    }
    if torch.cuda.is_available():
        results["masked step, cuda:0"] = masked_step("cuda:0", 300)
    print(json.dumps(results))

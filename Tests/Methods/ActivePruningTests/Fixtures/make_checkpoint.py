"""Makes pruned.pt: what a training program of PyTorch leaves behind, and prints what its network gives for a ramp."""
import torch
from torch.nn.utils import prune

network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(9, 5), torch.nn.ReLU(), torch.nn.Linear(5, 4))
with torch.no_grad():
    for number, parameter in enumerate(network.parameters()):
        parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape).mul(0.37 + number).sin())
prune.l1_unstructured(network[1], "weight", amount=0.6)
optimiser = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
torch.save({"epoch": 3, "state_dict": network.state_dict(), "optimizer": optimiser.state_dict()}, "pruned.pt")
print(network(torch.arange(9).reshape(1, 1, 3, 3) / 8).tolist(), int(network[1].weight_mask.sum()))

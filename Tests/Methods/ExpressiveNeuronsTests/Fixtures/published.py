"""Copies the arrays of a published checkpoint into an npz archive: published.py neuronio_best_model_state.pt out.npz"""
import sys

import numpy as np
import torch

state = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
np.savez_compressed(sys.argv[2], **{name: tensor.numpy() for name, tensor in state.items()})

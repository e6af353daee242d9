"""Records a network under additive pair STDP in Brian2 as brian2_pair.json.

    python3 -m venv venv && venv/bin/pip install brian2==2.9.0 numpy==2.2.6
    venv/bin/python brian2_pair.py

A postsynaptic spike reaches its synapses one step after it was fired, and before the presynaptic spikes of that step.
"""
import json
import os

import numpy as np
from brian2 import (NeuronGroup, Network, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs)

prefs.codegen.target = "numpy"
rng = np.random.default_rng(21)
dt = 1.0
defaultclock.dt = dt * ms
steps, sources, neurons = 1500, 14, 9
rise, fall, tau_pre, tau_post, most = 0.3, 0.25, 12.0, 15.0, 2.0
step, neuron = np.nonzero(rng.random((steps, sources)) < 0.05)
source = SpikeGeneratorGroup(sources, neuron, step * dt * ms)
te, tau, capacitance = 2.0, 20.0, 1.0
decay, leak = float(np.exp(-dt / te)), float(np.exp(-dt / tau))
cells = NeuronGroup(neurons, "v : 1\nexc : 1\nexc_in : 1\nleft : 1", threshold="v >= -60", reset="v = -65\nleft = 1")
cells.v = -65
cells.run_regularly(f"""
    exc += {te / dt * (1 - decay)!r} * exc_in
    exc_in = 0
    free = int(left <= 0)
    alpha = -65 + {tau / capacitance!r} * exc
    v = free * (alpha - (alpha - v) * {leak!r}) + (1 - free) * v
    left -= 1 - free
    exc *= {decay!r}
""", when="groups")
weights = rng.uniform(0.05, 0.6, (sources, neurons)).round(6)
s = Synapses(source, cells, f"""w : 1
                                dx/dt = -x / ({tau_pre} * ms) : 1 (event-driven)
                                dy/dt = -y / ({tau_post} * ms) : 1 (event-driven)""",
             on_pre=f"w = clip(w - {fall} * y, 0, {most})\nexc_in += w\nx += 1",
             on_post=f"w = clip(w + {rise} * x, 0, {most})\ny += 1")
s.connect()
s.w = weights.flatten()
s.post.delay = 1 * ms
s.post.order = -1
monitor = SpikeMonitor(cells)
Network(source, cells, s, monitor).run(steps * dt * ms)
spikes = sorted([int(round(float(t / ms) / dt)), int(i)] for t, i in zip(monitor.t, monitor.i))
out = {"steps": steps, "sources": sources, "neurons": neurons, "weights": weights.flatten().tolist(),
       "input": [[int(t), int(k)] for t, k in zip(step, neuron)], "spikes": spikes,
       "finalWeights": np.array(s.w).tolist()}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "brian2_pair.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
print(len(spikes), "spikes", len(step), "inputs", np.array(s.w).min(), np.array(s.w).max())

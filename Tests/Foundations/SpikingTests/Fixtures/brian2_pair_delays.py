"""Records a sparse network under additive pair STDP with a delay for each synapse in Brian2 as brian2_pair_delays.json.

    python3 -m venv venv && venv/bin/pip install brian2==2.9.0 numpy==2.2.6
    venv/bin/python brian2_pair_delays.py

A postsynaptic spike reaches a synapse as many steps after it was fired as the synapse's delay, and before the
presynaptic spikes of that step. A presynaptic spike acts on its synapse at once, and the weight of that moment arrives
after the delay: it is kept in one of eight slots until then, so that several spikes can be on the way.
"""
import json
import os

import numpy as np
from brian2 import (NeuronGroup, Network, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs)

prefs.codegen.target = "numpy"
rng = np.random.default_rng(22)
dt = 1.0
defaultclock.dt = dt * ms
steps, sources, neurons, slots = 1500, 20, 9, 8
rise, fall, tau_pre, tau_post, most = 0.3, 0.25, 12.0, 15.0, 2.0
step, neuron = np.nonzero(rng.random((steps, sources)) < 0.06)
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
pairs = [(i, j) for i in range(sources) for j in range(neurons) if rng.random() < 0.5]
rng.shuffle(pairs)
weights = rng.uniform(0.05, 0.9, len(pairs)).round(6)
delays = rng.integers(1, slots, len(pairs))
keep = "\n".join(f"sent{k} = int(timestep(t, dt) % {slots} == {k}) * w + int(timestep(t, dt) % {slots} != {k}) * sent{k}"
                 for k in range(slots))
arrive = " + ".join(f"int((timestep(t, dt) - away) % {slots} == {k}) * sent{k}" for k in range(slots))
s = Synapses(source, cells, "w : 1\naway : integer\n" + "\n".join(f"sent{k} : 1" for k in range(slots)) + f"""
                                dx/dt = -x / ({tau_pre} * ms) : 1 (event-driven)
                                dy/dt = -y / ({tau_post} * ms) : 1 (event-driven)""",
             on_pre={"pre": f"w = clip(w - {fall} * y, 0, {most})\nx += 1\n{keep}",
                     "arrive": f"exc_in += {arrive}"},
             on_post=f"w = clip(w + {rise} * x, 0, {most})\ny += 1")
s.connect(i=[p[0] for p in pairs], j=[p[1] for p in pairs])
s.w = weights
s.away = delays - 1
s.post.delay = delays * dt * ms
s.arrive.delay = (delays - 1) * dt * ms
s.post.order, s.pre.order, s.arrive.order = -1, 0, 1
monitor = SpikeMonitor(cells)
Network(source, cells, s, monitor).run(steps * dt * ms)
spikes = sorted([int(round(float(t / ms) / dt)), int(i)] for t, i in zip(monitor.t, monitor.i))
out = {"steps": steps, "sources": sources, "neurons": neurons, "pairs": [[int(i), int(j)] for i, j in pairs],
       "weights": weights.tolist(), "delays": delays.tolist(), "input": [[int(t), int(k)] for t, k in zip(step, neuron)],
       "spikes": spikes, "finalWeights": np.array(s.w).tolist()}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "brian2_pair_delays.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
print(len(spikes), "spikes", len(step), "inputs", np.array(s.w).min(), np.array(s.w).max())

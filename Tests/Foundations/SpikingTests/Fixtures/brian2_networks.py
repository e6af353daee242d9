"""Records two small networks in Brian2 2.9 (with NumPy below 2.4) as brian2_networks.json.

    python3 -m venv venv && venv/bin/pip install brian2==2.9.0 numpy==2.2.6
    venv/bin/python brian2_networks.py
"""
import json
import os

import numpy as np
from brian2 import (NeuronGroup, Network, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs)

prefs.codegen.target = "numpy"
rng = np.random.default_rng(20)


def steps_of(monitor, dt):
    return sorted([int(round(float(t / ms) / dt)), int(i)] for t, i in zip(monitor.t, monitor.i))


def inputs(count, steps, chance):
    fired = rng.random((steps, count)) < chance
    step, neuron = np.nonzero(fired)
    return step, neuron


def current_network():
    """Two populations with exponential currents; dense, sparse, one-to-one and all-to-all projections; 1 ms."""
    dt = 1.0
    defaultclock.dt = dt * ms
    steps, n_in, n_a, n_b = 400, 12, 20, 8
    step, neuron = inputs(n_in, steps, 0.06)
    source = SpikeGeneratorGroup(n_in, neuron, step * dt * ms)

    def group(count, tau, cm, te, ti, refractory):
        de, di, leak = (float(np.exp(-dt / x)) for x in (te, ti, tau))
        g = NeuronGroup(count, "v : 1\nexc : 1\ninh : 1\ninput_exc : 1\ninput_inh : 1\nleft : 1", threshold="v >= -52.5",
                        reset=f"v = -64\nleft = {refractory}")
        g.v = -63
        update = g.run_regularly(f"""
            exc += {te / dt * (1 - de)!r} * input_exc
            inh += {ti / dt * (1 - di)!r} * input_inh
            input_exc = 0
            input_inh = 0
            free = int(left <= 0)
            alpha = -63 + {tau / cm!r} * (exc - inh + 0.05)
            v = free * (alpha - (alpha - v) * {leak!r}) + (1 - free) * v
            left -= 1 - free
            exc *= {de!r}
            inh *= {di!r}
        """, when="groups")
        return g, update

    a, ua = group(n_a, 8.0, 0.5, 2.0, 4.0, 2)
    b, ub = group(n_b, 5.0, 0.3, 1.0, 3.0, 3)
    parts = [source, a, b]
    dense = rng.uniform(0, 1.6, (n_in, n_a)).round(6)
    delays = rng.integers(1, 7, (n_in, n_a))
    s = Synapses(source, a, "w : 1", on_pre="input_exc += w")
    s.connect()
    s.w = dense.flatten()
    s.delay = (delays.flatten() - 1) * dt * ms
    parts.append(s)
    pairs = [(int(i), int(j)) for i in range(n_a) for j in range(n_b) if rng.random() < 0.4]
    weights = rng.uniform(0.2, 1.5, len(pairs)).round(6)
    pair_delays = rng.integers(1, 10, len(pairs))
    s = Synapses(a, b, "w : 1", on_pre="input_exc += w")
    s.connect(i=[p[0] for p in pairs], j=[p[1] for p in pairs])
    s.w = weights
    s.delay = (pair_delays - 1) * dt * ms
    parts.append(s)
    s = Synapses(a, a, on_pre="input_inh += 0.25")
    s.connect(condition="i != j")
    s.delay = 2 * dt * ms
    parts.append(s)
    s = Synapses(b, b, on_pre="input_exc += 0.75")
    s.connect(j="i")
    s.delay = 4 * dt * ms
    parts.append(s)
    s = Synapses(b, a, on_pre="input_inh += 0.5")
    s.connect()
    parts.append(s)
    monitors = [SpikeMonitor(g) for g in (a, b)]
    Network(*parts, *monitors).run(steps * dt * ms)
    return {"steps": steps, "sources": n_in, "a": n_a, "b": n_b, "dense": dense.flatten().tolist(),
            "denseDelays": delays.flatten().tolist(), "pairs": pairs, "pairWeights": weights.tolist(),
            "pairDelays": pair_delays.tolist(), "input": [[int(t), int(i)] for t, i in zip(step, neuron)],
            "spikesA": steps_of(monitors[0], dt), "spikesB": steps_of(monitors[1], dt)}


def plastic_network(pre_change):
    """Conductance neurons with adaptive threshold; delays of every synapse; triplet STDP; lateral inhibition; 0.1 ms."""
    dt = 0.1
    defaultclock.dt = dt * ms
    steps, n_in, n_e = 6000, 30, 5
    step, neuron = inputs(n_in, steps, 0.004)
    source = SpikeGeneratorGroup(n_in, neuron, step * dt * ms)
    e = NeuronGroup(n_e, """dv/dt = ((-65 - v) + ge * (0 - v) + gi * (-100 - v)) / (100 * ms) : 1 (unless refractory)
                            dge/dt = -ge / (1 * ms) : 1
                            dgi/dt = -gi / (0.5 * ms) : 1
                            dtheta/dt = -theta / (1e4 * ms) : 1""",
                    threshold="v > theta - 72", reset="v = -65\ntheta += 0.5", refractory=5 * ms, method="euler")
    i = NeuronGroup(n_e, """dv/dt = ((-60 - v) + ge * (0 - v) + gi * (-85 - v)) / (10 * ms) : 1 (unless refractory)
                            dge/dt = -ge / (1 * ms) : 1
                            dgi/dt = -gi / (2 * ms) : 1""",
                    threshold="v > -40", reset="v = -45", refractory=2 * ms, method="euler")
    e.v, e.theta, i.v = -80, 20, -70
    weights = rng.uniform(0.05, 0.9, (n_in, n_e)).round(6)
    delays = rng.integers(0, 100, (n_in, n_e))
    s = Synapses(source, e, """w : 1
                               post2before : 1
                               dpre/dt = -pre / (20 * ms) : 1 (event-driven)
                               dpost1/dt = -post1 / (20 * ms) : 1 (event-driven)
                               dpost2/dt = -post2 / (40 * ms) : 1 (event-driven)""",
                 on_pre=f"ge += w\npre = 1\nw = clip(w + {pre_change} * post1, 0, 1)",
                 on_post="post2before = post2\nw = clip(w + 0.05 * pre * post2before, 0, 1)\npost1 = 1\npost2 = 1")
    s.connect()
    s.w = weights.flatten()
    s.pre.delay = delays.flatten() * dt * ms
    ei = Synapses(e, i, on_pre="ge += 10.4")
    ei.connect(j="i")
    ie = Synapses(i, e, on_pre="gi += 17")
    ie.connect(condition="i != j")
    monitors = [SpikeMonitor(g) for g in (e, i)]
    Network(source, e, i, s, ei, ie, *monitors).run(steps * dt * ms)
    return {"steps": steps, "sources": n_in, "neurons": n_e, "preChange": pre_change, "weights": weights.flatten().tolist(),
            "delays": delays.flatten().tolist(), "input": [[int(t), int(k)] for t, k in zip(step, neuron)],
            "spikesE": steps_of(monitors[0], dt), "spikesI": steps_of(monitors[1], dt),
            "finalWeights": np.array(s.w).tolist(), "finalThetas": np.array(e.theta).tolist(),
            "finalPotentials": np.array(e.v).tolist()}


out = {"current": current_network(), "plastic": [plastic_network(0.01), plastic_network(-0.01)]}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "brian2_networks.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
print({k: len(out["current"][k]) for k in ("spikesA", "spikesB")},
      [(len(p["spikesE"]), len(p["spikesI"])) for p in out["plastic"]])

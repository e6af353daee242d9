"""Trains the module of tiny_expected.json in Brian2 2.9.0 on its spikes and writes tiny_plastic.json.

Run in this folder: python make_plastic_reference.py
"""
import json

import numpy as np
from brian2 import (Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, mV, prefs)

prefs.codegen.target = "numpy"
defaultclock.dt = 0.1 * ms
tiny = json.load(open("tiny_expected.json"))
w0 = np.array(tiny["W0"])
w0 *= tiny["norm_sum"] / w0.sum(0)
steps, neurons = map(np.array, zip(*tiny["input_spikes_step"]))


def train(pre_sign):
    excitatory = NeuronGroup(
        tiny["n_e"],
        """dv/dt = (-65*mV - v - ge*v + gi*(-100*mV - v)) / (100*ms) : volt (unless refractory)
        dge/dt = -ge / (1*ms) : 1
        dgi/dt = -gi / (0.5*ms) : 1
        dtheta/dt = -theta / (1e7*ms) : volt
        dtimer/dt = 0.1 : second""",
        threshold="v > theta - 72*mV and timer > 5*ms",
        reset="v = -65*mV; theta += 0.05*mV; timer = 0*ms", refractory=5 * ms, method="euler")
    inhibitory = NeuronGroup(
        tiny["n_e"],
        """dv/dt = (-60*mV - v - ge*v) / (10*ms) : volt (unless refractory)
        dge/dt = -ge / (1*ms) : 1""",
        threshold="v > -40*mV", reset="v = -45*mV", refractory=2 * ms, method="euler")
    excitatory.v, excitatory.theta, inhibitory.v = -105 * mV, 20 * mV, -100 * mV
    source = SpikeGeneratorGroup(tiny["n_input"], neurons, steps * defaultclock.dt)
    inputs = Synapses(
        source, excitatory,
        """w : 1
        dpre/dt = -pre / (20*ms) : 1 (event-driven)
        dpost1/dt = -post1 / (20*ms) : 1 (event-driven)
        dpost2/dt = -post2 / (40*ms) : 1 (event-driven)""",
        on_pre=f"ge_post += w; pre = 1; w = clip(w + {pre_sign * 0.0001} * post1, 0, 1)",
        on_post="w = clip(w + 0.01 * pre * post2, 0, 1); post1 = 1; post2 = 1")
    inputs.connect()
    inputs.w = w0.flatten()
    inputs.delay = np.array(tiny["delay_ms"]).flatten() * ms
    partners = Synapses(excitatory, inhibitory, on_pre="ge_post += 10.4")
    partners.connect(j="i")
    competition = Synapses(inhibitory, excitatory, on_pre="gi_post += 17.0")
    competition.connect(condition="i != j")
    fired = SpikeMonitor(excitatory)
    Network(excitatory, inhibitory, source, inputs, partners, competition, fired).run(500 * ms)
    return {
        "e_spikes": [[int(round(t / defaultclock.dt)), int(i)] for t, i in zip(fired.t, fired.i)],
        "theta_mV": list(excitatory.theta / mV),
        "weights": np.array(inputs.w).reshape(w0.shape).tolist(),
    }


json.dump({"as-released": train(1), "diehl-cook": train(-1)}, open("tiny_plastic.json", "w"), indent=1)

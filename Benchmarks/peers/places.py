"""One module of 400 neurons in Brian2 (Cython), as the published program builds it. Prints seconds a presentation.

Brian2 2.9.0 does not import with the NumPy of the other peers: run with the environment .deps/peers-brian2.
"""
import json
import time

import numpy as np
from brian2 import Hz, Network, NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, defaultclock, ms, mV, prefs

prefs.codegen.target = "cython"
defaultclock.dt = 0.1 * ms
fixture = "Tests/Methods/PlaceRecognitionTests/Fixtures/synthetic_places_3x50x28x28_u8.bin"
image = np.fromfile(fixture, np.uint8)[:784]


def presentation(learns, repeats):
    rng = np.random.default_rng(1)
    neurons = 400
    reset = "v = -65*mV; timer = 0*ms" + ("; theta += 0.05*mV" if learns else "")
    excitatory = NeuronGroup(
        neurons,
        """dv/dt = (-65*mV - v - ge*v + gi*(-100*mV - v)) / (100*ms) : volt (unless refractory)
        dge/dt = -ge / (1*ms) : 1
        dgi/dt = -gi / (0.5*ms) : 1
        dtimer/dt = 0.1 : second
        """ + ("dtheta/dt = -theta / (1e7*ms) : volt" if learns else "theta : volt"),
        threshold="v > theta - 72*mV and timer > 5*ms", reset=reset, refractory=5 * ms, method="euler")
    inhibitory = NeuronGroup(
        neurons,
        """dv/dt = (-60*mV - v - ge*v + gi*(-85*mV - v)) / (10*ms) : volt (unless refractory)
        dge/dt = -ge / (1*ms) : 1
        dgi/dt = -gi / (0.5*ms) : 1""",
        threshold="v > -40*mV", reset="v = -45*mV", refractory=2 * ms, method="euler")
    excitatory.v, excitatory.theta, inhibitory.v = -105 * mV, 20 * mV, -100 * mV
    source = PoissonGroup(784, 0 * Hz)
    plasticity = """
        dpre/dt = -pre / (20*ms) : 1 (event-driven)
        dpost1/dt = -post1 / (20*ms) : 1 (event-driven)
        dpost2/dt = -post2 / (40*ms) : 1 (event-driven)"""
    inputs = Synapses(
        source, excitatory, "w : 1" + (plasticity if learns else ""),
        on_pre="ge_post += w" + ("; pre = 1; w = clip(w + 0.0001 * post1, 0, 1)" if learns else ""),
        on_post="w = clip(w + 0.01 * pre * post2, 0, 1); post1 = 1; post2 = 1" if learns else "")
    inputs.connect()
    weights = 0.3 * (rng.random((784, neurons)) + 0.01)
    inputs.w = (weights * 78 / weights.sum(0)).flatten()
    inputs.delay = "rand() * 10*ms"
    partners = Synapses(excitatory, inhibitory, "w : 1", on_pre="ge_post += w")
    partners.connect(j="i")
    partners.w = 10.4
    competition = Synapses(inhibitory, excitatory, "w : 1", on_pre="gi_post += w")
    competition.connect(condition="i != j")
    competition.w = 17
    fired = SpikeMonitor(excitatory)
    net = Network(excitatory, inhibitory, source, inputs, partners, competition, fired)
    net.run(500 * ms)
    times = []
    for _ in range(repeats):
        start = time.process_time()
        source.rates = image / 4 * Hz
        net.run(350 * ms)
        source.rates = 0 * Hz
        net.run(150 * ms)
        times.append(time.process_time() - start)
    return min(times)


print(json.dumps({
    "test, one presentation": presentation(False, 5),
    "training, one presentation": presentation(True, 5),
}))

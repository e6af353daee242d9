"""The hippocampal memory in Brian2 (NumPy target, built outside the time). Prints seconds for each case."""
import json
import time

import numpy as np
from brian2 import (NeuronGroup, Network, SpikeGeneratorGroup, SpikeMonitor, Synapses, defaultclock, ms, prefs)

prefs.codegen.target = "numpy"
defaultclock.dt = 1 * ms
DECAY = float(np.exp(-1 / 0.3))
GAIN = 0.3 * (1 - DECAY)


def group(count, slow=True, threshold=-57.0):
    tau, cm = (3.0, 0.27) if slow else (0.5, 0.14)
    leak = float(np.exp(-1 / tau))
    g = NeuronGroup(count, "v : 1\nexc : 1\ninh : 1\nie : 1\nii : 1\nleft : 1", threshold=f"v >= {threshold}",
                    reset="v = -60\nleft = 1")
    g.v = -60
    g.run_regularly(f"""
        exc += {GAIN!r} * ie
        inh += {GAIN!r} * ii
        ie = 0
        ii = 0
        free = int(left <= 0)
        alpha = -60 + {tau / cm!r} * (exc - inh)
        v = free * (alpha - (alpha - v) * {leak!r}) + (1 - free) * v
        left -= 1 - free
        exc *= {DECAY!r}
        inh *= {DECAY!r}
    """, when="groups")
    return g


def memory(cues, contents, spikes, steps):
    """Seconds of the run and the spikes of the output."""
    index, times = zip(*spikes)
    source = SpikeGeneratorGroup(cues + contents, index, np.array(times) * ms)
    cc, ct, kc, kk = group(cues), group(cues, slow=False), group(contents), group(contents)
    cond, interneuron = group(contents, slow=False), group(1, slow=False)
    mc, mk, out = group(cues), group(contents), group(cues + contents, threshold=-57.5)
    parts = [source, cc, ct, kc, kk, cond, interneuron, mc, mk, out]

    def static(a, b, weight, delay, pattern="i", inhibitory=False, offset=None):
        s = Synapses(a, b, on_pre=f"{'ii' if inhibitory else 'ie'} += {weight}")
        if pattern == "i":
            s.connect(j="i")
        elif pattern == "all":
            s.connect()
        elif pattern == "other":
            s.connect(condition="i != j")
        else:
            s.connect(i=pattern[0], j=pattern[1])
        s.delay = (delay - 1) * ms
        parts.append(s)

    cue, content = np.arange(cues), np.arange(contents)
    static(source, cc, 6, 1, (cue, cue))
    static(source, kc, 6, 1, (cues + content, content))
    static(cc, ct, 6, 2)
    static(cc, ct, 6 * contents, 3, "other", True)
    static(cc, cond, 6, 2, "all", True)
    static(kc, cond, 9, 1)
    static(cond, kk, 6, 1)
    static(kc, interneuron, 6, 1, "all")
    static(interneuron, cond, 2, 1, "all")
    static(ct, ct, 6 * contents, 2, "other", True)
    static(cc, mc, 6, 3)
    static(ct, mc, 6, 1)
    static(kc, mk, 6, 3)
    static(kk, mk, 6, 1)
    static(mc, out, 6, 1, (cue, cue))
    static(mk, out, 6, 1, (content, cues + content))
    for a, b in ((cc, kc), (kk, ct)):
        s = Synapses(a, b, """w : 1
                              dx/dt = -x / (3 * ms) : 1 (event-driven)
                              dy/dt = -y / (3 * ms) : 1 (event-driven)""",
                     on_pre="w = clip(w - 6 * y, 0, 6)\nie += w\nx += 1",
                     on_post="w = clip(w + 6 * x, 0, 6)\ny += 1")
        s.connect()
        s.post.delay = 1 * ms
        s.post.order = -1
        s.pre.order = 1
        parts.append(s)
    monitor = SpikeMonitor(out)
    network = Network(*parts, monitor)
    network.run(0 * ms)
    start = time.perf_counter()
    network.run(steps * ms)
    seconds = time.perf_counter() - start
    return seconds, set(zip((np.round(np.array(monitor.t / ms))).astype(int).tolist(), np.array(monitor.i).tolist()))


def stress():
    spikes, place = [], 0
    for turn in range(3):
        for kind in ("learn", "cue", "bit"):
            for k in range(10 if kind == "bit" else 5):
                t = 1 + 14 * place
                place += 1
                if kind == "learn":
                    bits = [b for b in range(10) if ((k + 1) >> b & 1 == 1) != (turn == 1)]
                    spikes += [(line, t + d) for d in range(3) for line in [k] + [5 + b for b in bits]]
                else:
                    spikes.append((k if kind == "cue" else 5 + k, t))
    return spikes


def large(size):
    spikes = []
    for k in range(size):
        bits = [b for b in range(size) if (b * 7 + k * 13) % 5 < 2]
        spikes += [(line, 14 * k + d) for d in range(3) for line in [k] + [size + b for b in bits]]
    return spikes + [(k, 14 * (size + k)) for k in range(size)]


seconds, _ = memory(5, 10, stress(), 851)
result = {"experiment 2, 851 steps": min(seconds, memory(5, 10, stress(), 851)[0])}
size = 256
seconds, out = memory(size, size, large(size), 7179)
for k in range(size):
    t = 14 * (size + k) + 6
    expected = {b for b in range(size) if (b * 7 + k * 13) % 5 < 2}
    assert {i - size for step, i in out if step == t} == expected, k
result["256 cues and bits, learn and recall all, 7179 steps"] = seconds
print(json.dumps(result))

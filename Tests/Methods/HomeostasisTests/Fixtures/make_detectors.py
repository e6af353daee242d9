"""Writes detectors.json: where river 0.26.1's drift detectors fire on a few streams.

    pip install river==0.26.1 && python make_detectors.py
"""
import json
from river import drift
from river.drift import binary


def lcg(seed, count):
    state = seed
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def stream(name):
    if name == "abrupt":
        return [float(u < (0.1 if i < 2000 else 0.4)) for i, u in enumerate(lcg(12345, 4000))]
    if name == "gradual":
        return [float(u < 0.1 + 0.4 * min(1, max(0, (i - 1500) / 2000))) for i, u in enumerate(lcg(777, 5000))]
    if name == "returning":
        return [float(u < (0.05, 0.5, 0.05, 0.7)[i // 1500]) for i, u in enumerate(lcg(99, 6000))]
    return [u * (1 if i < 1000 else 0.6) + (0.0 if i < 2500 else 0.4) for i, u in enumerate(lcg(4242, 4000))]


makers = {
    "adwin": drift.ADWIN, "page-hinkley": drift.PageHinkley, "ddm": binary.DDM, "eddm": binary.EDDM,
    "hddm-a": binary.HDDMA, "hddm-w": binary.HDDMW, "fhddm": binary.FHDDM,
}
result = {}
for name in ("abrupt", "gradual", "returning", "real"):
    result[name] = {}
    for kind, make in makers.items():
        if name == "real" and kind not in ("adwin", "page-hinkley", "hddm-a", "hddm-w"):
            continue
        detector = make()
        fired = []
        for index, value in enumerate(stream(name)):
            detector.update(1 - value if kind == "fhddm" else value)
            if detector.drift_detected:
                fired.append(index)
        result[name][kind] = fired
print(json.dumps(result, indent=1), file=open("detectors.json", "w"))

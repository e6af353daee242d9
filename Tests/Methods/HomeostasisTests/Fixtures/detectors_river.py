"""Writes detectors_river.json: what river 0.26.1's drift detectors say on streams that the tests make again.

    pip install river==0.26.1 && python detectors_river.py
"""

import json

from river import drift
from river.drift import binary
from scipy import stats


def uniforms(seed):
    """Knuth's linear congruential generator, the upper 53 bits."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield (state >> 11) / 2**53


def level(knots, i):
    """Straight lines between the knots, constant outside."""
    if i <= knots[0][0]:
        return knots[0][1]
    for (i0, a), (i1, b) in zip(knots, knots[1:]):
        if i <= i1:
            return a + (b - a) * (i - i0) / (i1 - i0)
    return knots[-1][1]


def values(stream):
    u = uniforms(stream["seed"])
    for i in range(stream["count"]):
        x = level(stream["knots"], i)
        if stream["law"] == "errors":
            yield 1.0 if next(u) < x else 0.0
        elif stream["law"] == "uniform":
            yield x + stream["spread"] * next(u)
        else:
            total = 0.0
            for _ in range(12):
                total += next(u)
            yield x + stream["spread"] * (total - 6.0)


def stream(name, law, seed, count, *knots, spread=1.0):
    return {"name": name, "law": law, "seed": seed, "count": count, "knots": knots, "spread": spread}


def step(at, before, after):
    return (at - 1, before), (at, after)


streams = [
    stream("acceptance", "errors", 12345, 4000, *step(2000, 0.1, 0.4)),
    stream("clear step", "errors", 1, 3000, *step(1500, 0.05, 0.6)),
    stream("weak step", "errors", 2, 8000, *step(4000, 0.2, 0.27)),
    stream("rare errors", "errors", 3, 8000, *step(5000, 0.01, 0.04)),
    stream("slow rise", "errors", 777, 6000, (1500, 0.1), (4500, 0.5)),
    stream("recurring", "errors", 99, 8000, *step(2000, 0.05, 0.5), *step(4000, 0.5, 0.05), *step(6000, 0.05, 0.7)),
    stream("falling", "errors", 4, 6000, *step(3000, 0.5, 0.1)),
    stream("seasons", "errors", 5, 10000, *[(500 * k, 0.2 + 0.15 * (-1) ** k) for k in range(21)]),
    stream("stationary", "errors", 8, 20000, (0, 0.2)),
    stream("no errors", "errors", 9, 1500, (0, 0.0)),
    stream("only errors after hits", "errors", 10, 2000, *step(1000, 0.0, 1.0)),
    stream("bounded", "uniform", 4242, 5000, *step(2500, 0.0, 0.3), spread=0.6),
    stream("bounded slow", "uniform", 11, 6000, (1000, 0.3), (5000, 0.0), spread=0.5),
    stream("normal step", "normal", 12, 4000, *step(2000, 0.0, 1.0)),
    stream("normal weak step", "normal", 13, 9000, *step(4000, 0.0, -0.25)),
    stream("normal ramp", "normal", 14, 6000, (1000, 0.0), (5000, 3.0)),
    stream("normal high level", "normal", 15, 4000, *step(2000, 1e6, 1e6 + 2)),
    stream("normal stationary", "normal", 16, 20000, (0, 0.0)),
]

makers = {
    "adwin": (drift.ADWIN, [{}, {"delta": 0.1, "clock": 1}, {"max_buckets": 2, "min_window_length": 20, "grace_period": 200}]),
    "page-hinkley": (drift.PageHinkley, [{}, {"threshold": 10, "delta": 0.01, "min_instances": 100}, {"alpha": 0.99, "threshold": 5, "mode": 1}, {"threshold": 20, "mode": -1}]),
    "ddm": (binary.DDM, [{}, {"warm_start": 100, "warning_threshold": 1.5, "drift_threshold": 2.5}]),
    "eddm": (binary.EDDM, [{}, {"warm_start": 60, "alpha": 0.9, "beta": 0.8}]),
    "hddm-a": (binary.HDDMA, [{}, {"two_sided_test": 1}, {"drift_confidence": 0.01, "warning_confidence": 0.05}]),
    "hddm-w": (binary.HDDMW, [{}, {"two_sided_test": 1}, {"lambda_val": 0.01, "drift_confidence": 0.0001}]),
    "fhddm": (binary.FHDDM, [{}, {"sliding_window_size": 200, "short_window_size": 25, "confidence_level": 1e-4}]),
}
suited = {
    "errors": list(makers),
    "uniform": ["adwin", "page-hinkley", "hddm-a", "hddm-w"],
    "normal": ["adwin", "page-hinkley"],
}


def arguments(parameters):
    given = dict(parameters)
    if "mode" in given:
        given["mode"] = {1: "up", -1: "down"}[given["mode"]]
    if "two_sided_test" in given:
        given["two_sided_test"] = bool(given["two_sided_test"])
    return given


rows = []
for s in streams:
    xs = list(values(s))
    for kind in suited[s["law"]]:
        make, settings = makers[kind]
        for parameters in settings:
            detector = make(**arguments(parameters))
            drifts, warnings = [], []
            for i, x in enumerate(xs):
                detector.update(1 - x if kind == "fhddm" else x)
                if detector.drift_detected:
                    drifts.append(i)
                elif getattr(detector, "warning_detected", False):
                    warnings.append(i)
            rows.append(
                {
                    "stream": s["name"], "kind": kind, "parameters": parameters, "drifts": drifts,
                    "warnings": len(warnings), "warningSum": sum(warnings),
                }
            )


def critical(part, alpha):
    """The least difference of counts at which river's test of two samples of one size fires."""
    for d in range(1, part + 1):
        shifted = [k + d - 0.5 for k in range(part)]
        test = stats.ks_2samp(list(range(part)), shifted, method="auto")
        assert round(test.statistic * part) == d
        if test.pvalue <= alpha and test.statistic > 0.1:
            return d
    return part + 1


def kswin(seed, xs):
    detector, fired = drift.KSWIN(seed=seed), []
    for i, x in enumerate(xs):
        detector.update(x)
        if detector.drift_detected:
            fired.append(i)
    return fired


alarms = [len(kswin(seed, values(stream("", "uniform", 1000 + seed, 2000, (0, 0.0))))) for seed in range(60)]
delays = []
for seed in range(100):
    s = stream("", "normal", 2000 + seed, 260, *step(160, 0.0, 1.0))
    found = [i for i in kswin(seed, values(s)) if i >= 160]
    delays.append(found[0] - 160 if found else 100)
text = json.dumps(
    {
        "kswin": {
            "critical": [[part, alpha, critical(part, alpha)] for part in (3, 5, 10, 30, 50, 100, 300) for alpha in (1e-4, 0.005, 0.05)],
            "alarms": alarms,
            "delays": delays,
        },
    }
)[:-1]
with open("detectors_river.json", "w") as file:
    file.write(text + ',\n"streams": [\n' + ",\n".join(json.dumps(s) for s in streams) + '\n],\n"rows": [\n')
    file.write(",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]}\n")

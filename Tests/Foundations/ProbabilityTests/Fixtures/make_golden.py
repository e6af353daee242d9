"""Writes golden.json: values of distributions and intervals from SciPy and mpmath.

    pip install scipy mpmath && python make_golden.py
"""
import json
import mpmath
from scipy import stats

mpmath.mp.dps = 40
f = lambda x: float(x)
golden = {
    "logGamma": [[x, f(mpmath.loggamma(x))] for x in (1e-8, 0.1, 0.5, 1.5, 3, 9.99, 10, 123.4, 1e6, 1e15)],
    "incompleteBeta": [[x, a, b, f(mpmath.betainc(a, b, 0, x, regularized=True))]
                       for x, a, b in ((0.1, 2, 3), (0.5, 0.5, 0.5), (0.99, 30, 2), (1e-6, 1, 50), (0.3, 300, 700))],
    "upperGamma": [[a, x, f(mpmath.gammainc(a, x, regularized=True))]
                   for a, x in ((0.5, 0.1), (1, 2), (10, 3), (10, 30), (100, 90))],
    "normalQuantile": [[p, f(mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1))]
                       for p in (1e-15, 1e-6, 0.025, 0.31, 0.5, 0.975, 0.999999)],
    "binomialLogProbability": [[n, p, k, f(mpmath.log(mpmath.binomial(n, k)) + k * mpmath.log(p) + (n - k) * mpmath.log(1 - mpmath.mpf(p)))]
                               for n, p, k in ((10, 0.3, 4), (1000, 0.01, 0), (1000, 0.5, 500), (10**9, 1e-3, 10**6 + 50), (20, 0.9, 20))],
    "binomialCumulative": [[n, p, k, stats.binom.cdf(k, n, p)] for n, p, k in ((10, 0.3, 4), (500, 0.1, 40), (5, 0.5, 0))],
    "clopperPearson": [[k, n, c, *stats.binomtest(k, n).proportion_ci(c, "exact")]
                       for k, n, c in ((0, 10, 0.95), (10, 10, 0.95), (3, 20, 0.95), (500, 10000, 0.99))],
    "wilson": [[k, n, c, *stats.binomtest(k, n).proportion_ci(c, "wilson")]
               for k, n, c in ((0, 10, 0.95), (10, 10, 0.95), (3, 20, 0.95), (500, 10000, 0.99))],
}
json.dump(golden, open("golden.json", "w"), indent=1)

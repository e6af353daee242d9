"""One sweep of the bi-clustering sampler in NumPy and SciPy with the same steps, vectorised where NumPy allows, without the
proposals to split and merge. Prints seconds."""
import json
import time

import numpy as np
from scipy.stats import invwishart

rng = np.random.default_rng(1)
N, T, K, P, L = 30, 500, 3, 2, 10
Q = P + 1
z = np.repeat(np.arange(K), N // K)
X = np.cumsum(0.1 * rng.standard_normal((K, Q, T)), axis=2)
X -= X.mean(axis=2, keepdims=True)
load = 0.5 * rng.standard_normal((N, Q))
r = np.full(N, 10.0)
xi = np.repeat(np.arange(10) % 2, 50)[: T - 1]
beta = np.full(L, 1 / L)
pi = np.full((L, L), 0.5 / L) + 0.5 * np.eye(L)


def basis(k):
    return np.vstack([np.ones(T), X[k, 1:]])


def rates():
    return np.stack([X[z[i], 0] + load[i] @ basis(z[i]) for i in range(N)])


y = rng.negative_binomial(10, 10 / (10 + np.exp(rates()))).astype(float)


def polya_gamma(b, c):
    """The first gamma term and a gamma number of the rest's first three cumulants."""
    q = np.maximum(np.abs(c) / 2, 1e-3)
    t, s = np.tanh(q), 1 / np.cosh(q) ** 2
    k1, k2 = t / (4 * q), (t - q * s) / (16 * q**3)
    k3 = (3 * t - q * s * (3 + 2 * q * t)) / (64 * q**5)
    small = q < 0.3
    k2, k3 = np.where(small, 1 / 24, k2), np.where(small, 1 / 60, k3)
    w = 1 / (2 * np.pi**2 * (0.25 + c * c / (4 * np.pi**2)))
    k1, k2, k3 = k1 - w, np.maximum(k2 - w * w, 1e-9), np.maximum(k3 - 2 * w**3, 1e-12)
    scale = k3 / (2 * k2)
    shape = k2 / scale**2
    return w * rng.gamma(b) + b * (k1 - shape * scale) + scale * rng.gamma(b * shape)


def labels():
    """Laplace's approximation of every neuron in every cluster, all at once, then a corrected joint draw."""
    F = np.stack([basis(k) for k in range(K)])
    mode = np.zeros((N, K, Q))
    mode[..., 0] = np.log(y.mean(1) + 1e-3)[:, None]
    for _ in range(6):
        psi = X[None, :, 0] + np.einsum("nkq,kqt->nkt", mode, F) - np.log(r)[:, None, None]
        share = 1 / (1 + np.exp(-psi))
        b = (y + r[:, None])[:, None]
        gradient = np.einsum("nkt,kqt->nkq", y[:, None] - b * share, F) - mode
        hessian = np.einsum("nkt,kqt,kst->nkqs", b * share * (1 - share), F, F, optimize=True) + np.eye(Q)
        mode += np.linalg.solve(hessian, gradient[..., None])[..., 0]
    psi = X[None, :, 0] + np.einsum("nkq,kqt->nkt", mode, F) - np.log(r)[:, None, None]
    evidence = (y[:, None] * psi - (y + r[:, None])[:, None] * np.logaddexp(0, psi)).sum(2)
    evidence -= 0.5 * (mode**2).sum(2) + 0.5 * np.linalg.slogdet(hessian)[1]
    sizes = np.bincount(z, minlength=K)
    for i in range(N):
        if sizes[z[i]] == 1:
            continue
        sizes[z[i]] -= 1
        w = evidence[i] + np.log(sizes + 1)
        p = np.exp(w - w.max())
        z[i] = rng.choice(K, p=p / p.sum())
        sizes[z[i]] += 1
        factor = np.linalg.cholesky(hessian[i, z[i]])
        load[i] = mode[i, z[i]] + np.linalg.solve(factor.T, rng.standard_normal(Q))


def dynamics():
    A, b, W = np.empty((K, L, Q, Q)), np.empty((K, L, Q)), np.empty((K, L, Q, Q))
    for k in range(K):
        for l in range(L):
            at = np.flatnonzero(xi == l)
            V = np.vstack([X[k][:, at], np.ones(len(at))])
            Y = X[k][:, at + 1]
            Kn = V @ V.T + np.eye(Q + 1)
            M0 = np.hstack([np.eye(Q), np.zeros((Q, 1))])
            M = np.linalg.solve(Kn, (M0 + Y @ V.T).T).T
            S = 0.01 * np.eye(Q) + Y @ Y.T + M0 @ M0.T - M @ Kn @ M.T
            cov = invwishart.rvs(Q + 2 + len(at), (S + S.T) / 2, random_state=rng)
            noise = np.linalg.cholesky(cov) @ rng.standard_normal((Q, Q + 1))
            C = M + np.linalg.solve(np.linalg.cholesky(Kn).T, noise.T).T
            A[k, l], b[k, l], W[k, l] = C[:, :Q], C[:, Q], np.linalg.inv(cov)
    return A, b, W


def marginal_states(A, b, W, D, h):
    """States one after the other with the trajectories integrated out, all clusters and candidates side by side."""
    swap = lambda M: np.swapaxes(M, -1, -2)
    later, pull = D.copy(), h.copy()
    for t in range(T - 2, -1, -1):
        Wt, At, bt = W[:, xi[t]], A[:, xi[t]], b[:, xi[t]]
        G = np.linalg.solve(Wt + later[t + 1], Wt)
        M = Wt - Wt @ G
        v = swap(G) @ pull[t + 1][..., None] - M @ bt[..., None]
        later[t] += swap(At) @ M @ At
        pull[t] += (swap(At) @ v)[..., 0]
    cov, eye, log_pi = np.linalg.inv(W), np.eye(Q), np.log(pi + 1e-300)
    V = np.linalg.inv(eye + D[0])
    m = V @ h[0][..., None]
    for t in range(T - 1):
        mean = A @ m[:, None] + b[..., None]
        P = A @ V[:, None] @ swap(A) + cov
        O, u = later[t + 1][:, None], pull[t + 1][:, None, :, None]
        e = u - O @ mean
        S = eye + P @ O
        logs = -0.5 * np.linalg.slogdet(S)[1] + 0.5 * (swap(e) @ np.linalg.solve(S, P @ e))[..., 0, 0]
        logs += 0.5 * (swap(mean) @ (u + e))[..., 0, 0]
        w = logs.sum(0) + (log_pi[xi[t - 1]] if t else 0) + (log_pi[:, xi[t + 1]] if t + 2 < T else 0)
        w = np.cumsum(np.exp(w - w.max()))
        l = xi[t] = min(np.searchsorted(w, rng.random() * w[-1]), L - 1)
        V = np.linalg.solve(eye + P[:, l] @ D[t + 1], P[:, l])
        V = (V + swap(V)) / 2
        m = mean[:, l] + V @ (h[t + 1][..., None] - D[t + 1] @ mean[:, l])


def trajectories(A, b, W):
    """All clusters' block-tridiagonal systems side by side, bin by bin."""
    psi = rates() - np.log(r)[:, None]
    omega = polya_gamma(y + r[:, None], psi)
    residual = (y - r[:, None]) / 2 - omega * (load[:, :1] - np.log(r)[:, None])
    H = load.copy()
    H[:, 0] = 1
    D, h = np.empty((T, K, Q, Q)), np.empty((T, K, Q))
    for k in range(K):
        m = z == k
        D[:, k] = np.einsum("nt,nq,ns->tqs", omega[m], H[m], H[m], optimize=True)
        h[:, k] = residual[m].T @ H[m]
    marginal_states(A, b, W, D, h)
    WA = W @ A
    AWA, Wb = np.swapaxes(A, -1, -2) @ WA, (W @ b[..., None])[..., 0]
    AWb = (np.swapaxes(A, -1, -2) @ Wb[..., None])[..., 0]
    D[0] += np.eye(Q)
    D[1:] += np.swapaxes(W[:, xi], 0, 1)
    D[:-1] += np.swapaxes(AWA[:, xi], 0, 1)
    h[1:] += np.swapaxes(Wb[:, xi], 0, 1)
    h[:-1] -= np.swapaxes(AWb[:, xi], 0, 1)
    low = -np.swapaxes(WA[:, xi], 0, 1)
    factor, B, x = np.empty_like(D), np.empty((T - 1, K, Q, Q)), np.empty((T, K, Q))
    for t in range(T):
        if t:
            B[t - 1] = np.swapaxes(np.linalg.solve(factor[t - 1], np.swapaxes(low[t - 1], -1, -2)), -1, -2)
            D[t] -= B[t - 1] @ np.swapaxes(B[t - 1], -1, -2)
            h[t] -= (B[t - 1] @ x[t - 1][..., None])[..., 0]
        factor[t] = np.linalg.cholesky(D[t])
        x[t] = np.linalg.solve(factor[t], h[t][..., None])[..., 0]
    x += rng.standard_normal(x.shape)
    for t in range(T - 1, -1, -1):
        if t + 1 < T:
            x[t] -= (np.swapaxes(B[t], -1, -2) @ x[t + 1][..., None])[..., 0]
        x[t] = np.linalg.solve(np.swapaxes(factor[t], -1, -2), x[t][..., None])[..., 0]
    X[:] = x.transpose(1, 2, 0)
    return omega


def loadings(omega):
    for i in range(N):
        F = basis(z[i])
        P = (omega[i] * F) @ F.T + np.eye(Q)
        v = F @ ((y[i] - r[i]) / 2 - omega[i] * (X[z[i], 0] - np.log(r[i])))
        factor = np.linalg.cholesky(P)
        load[i] = np.linalg.solve(factor.T, np.linalg.solve(factor, v) + rng.standard_normal(Q))


def states(A, b, W):
    logs = np.zeros((T - 1, L))
    for k in range(K):
        e = X[k][:, None, 1:] - np.einsum("lqs,st->qlt", A[k], X[k][:, :-1]) - b[k].T[:, :, None]
        logs += 0.5 * np.linalg.slogdet(W[k])[1] - 0.5 * np.einsum("qlt,lqs,slt->tl", e, W[k], e, optimize=True)
    like = np.exp(logs - logs.max(1, keepdims=True))
    alpha = np.empty((T - 1, L))
    prediction = np.full(L, 1 / L)
    for t in range(T - 1):
        alpha[t] = like[t] * prediction
        alpha[t] /= alpha[t].sum()
        prediction = alpha[t] @ pi
    w = alpha[-1]
    for t in range(T - 2, -1, -1):
        xi[t] = min(np.searchsorted(np.cumsum(w), rng.random() * w.sum()), L - 1)
        if t:
            w = alpha[t - 1] * pi[:, xi[t]]


def transitions():
    counts = np.zeros((L, L), int)
    np.add.at(counts, (xi[:-1], xi[1:]), 1)
    served = np.full(L, 5 / L)
    for j in range(L):
        for k in range(L):
            if counts[j, k]:
                a = 5 * beta[k] + (10 if j == k else 0)
                m = (rng.random(counts[j, k]) < a / (a + np.arange(counts[j, k]))).sum()
                served[k] += m - (rng.binomial(m, 10 / a) if j == k else 0)
    beta[:] = rng.dirichlet(served)
    for j in range(L):
        pi[j] = rng.dirichlet(5 * beta + 10 * (np.arange(L) == j) + counts[j] + 1e-9)


def dispersions():
    m = np.exp(rates())
    for i in range(N):
        steps = np.concatenate([np.arange(c) for c in y[i].astype(int) if c])
        tables = (rng.random(len(steps)) < r[i] / (r[i] + steps)).sum()
        r[i] = rng.gamma(1 + tables) / (1 + np.log1p(m[i] / r[i]).sum())


def sweep():
    labels()
    law = dynamics()
    omega = trajectories(*law)
    loadings(omega)
    states(*law)
    transitions()
    dispersions()


sweep()
times = []
for _ in range(5):
    start = time.perf_counter()
    sweep()
    times.append(time.perf_counter() - start)
print(json.dumps({"one sweep, 30 x 500": min(times)}))

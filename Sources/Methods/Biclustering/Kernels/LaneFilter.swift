import Foundation

/// A Kalman filter of one block that runs for eight candidate states at a time, a state a lane.
struct LaneFilter {
  let dimension: Int
  /// [A b] of each lane's state, `[D, D + 1]`.
  private let coefficients: [Lanes]
  /// Q of each lane's state, `[D, D]`.
  private let covariances: [Lanes]
  /// The filtered mean, `[D]`.
  private(set) var mean: [Lanes]
  /// The filtered covariance, `[D, D]`.
  private(set) var covariance: [Lanes]
  private var predicted: [Lanes]
  private var factor: [Lanes]
  private var image: [Lanes]
  private var inner: [Lanes]
  private var pull: [Lanes]

  /// A filter of the states `first` … `first + 7`; lanes beyond the last state repeat it.
  init(_ dynamics: [LinearDynamics], first: Int) {
    let d = dynamics[0].dimension
    dimension = d
    func lanes(_ value: (LinearDynamics) -> Double) -> Lanes {
      var result = Lanes.zero
      for lane in 0..<8 { result[lane] = value(dynamics[min(first + lane, dynamics.count - 1)]) }
      return result
    }
    coefficients = (0..<(d * (d + 1))).map { place in lanes { $0.coefficients[place] } }
    covariances = (0..<(d * d)).map { place in
      lanes { law in
        var sum = 0.0
        for k in 0..<d {
          sum += law.covarianceFactor[place / d * d + k] * law.covarianceFactor[place % d * d + k]
        }
        return sum
      }
    }
    mean = [Lanes](repeating: .zero, count: d)
    covariance = [Lanes](repeating: .zero, count: d * d)
    (predicted, pull) = (mean, mean)
    (factor, image, inner) = (covariance, covariance, covariance)
  }

  /// Sets every lane to one law, N(mean, covariance).
  mutating func start(mean: [Double], covariance: [Double]) {
    for i in 0..<dimension { self.mean[i] = Lanes(repeating: mean[i]) }
    for place in 0..<(dimension * dimension) { self.covariance[place] = Lanes(repeating: covariance[place]) }
  }

  /// The law of one lane.
  func law(lane: Int) -> (mean: [Double], covariance: [Double]) {
    (mean.map { $0[lane] }, covariance.map { $0[lane] })
  }

  /// Each lane's law one bin later, before its counts.
  mutating func predict() {
    let d = dimension
    coefficients.withUnsafeBufferPointer { a in
      covariances.withUnsafeBufferPointer { q in
        mean.withUnsafeMutableBufferPointer { m in
          covariance.withUnsafeMutableBufferPointer { v in
            predicted.withUnsafeMutableBufferPointer { next in
              image.withUnsafeMutableBufferPointer { image in
                for i in 0..<d {
                  var sum = a[i * (d + 1) + d]
                  for j in 0..<d { sum += a[i * (d + 1) + j] * m[j] }
                  next[i] = sum
                  for j in 0..<d {
                    var sum = Lanes.zero
                    for k in 0..<d { sum += a[i * (d + 1) + k] * v[k * d + j] }
                    image[i * d + j] = sum
                  }
                }
                for i in 0..<d {
                  for j in 0...i {
                    var sum = q[i * d + j]
                    for k in 0..<d { sum += image[i * d + k] * a[j * (d + 1) + k] }
                    v[i * d + j] = sum
                    v[j * d + i] = sum
                  }
                  m[i] = next[i]
                }
              }
            }
          }
        }
      }
    }
  }

  /// log ∫ N(x; mean, covariance) exp(−½ xᵀΩx + μᵀx) of each lane; with `keeps` the law becomes that of x given Ω and μ.
  mutating func weigh(
    precision omega: UnsafePointer<Double>, linear mu: UnsafePointer<Double>, keeps: Bool
  ) -> Lanes {
    let d = dimension
    return mean.withUnsafeMutableBufferPointer { m in
      covariance.withUnsafeMutableBufferPointer { v in
        factor.withUnsafeMutableBufferPointer { c in
          inner.withUnsafeMutableBufferPointer { s in
            image.withUnsafeMutableBufferPointer { w in
              pull.withUnsafeMutableBufferPointer { g in
                Self.cholesky(v.baseAddress!, into: c.baseAddress!, d)
                // g = Cᵀ(μ − Ωm), s = I + CᵀΩC with V = C Cᵀ.
                var value = Lanes.zero
                for i in 0..<d {
                  var sum = Lanes(repeating: mu[i])
                  for j in 0..<d { sum -= omega[i * d + j] * m[j] }
                  value += 0.5 * m[i] * (sum + mu[i])
                  g[i] = sum
                }
                for i in 0..<d {
                  var sum = Lanes.zero
                  for k in i..<d { sum += c[k * d + i] * g[k] }
                  g[i] = sum
                  for j in 0..<d {
                    var sum = Lanes.zero
                    for k in i..<d { sum += c[k * d + i] * omega[k * d + j] }
                    w[i * d + j] = sum
                  }
                }
                for i in 0..<d {
                  for j in 0...i {
                    var sum = Lanes(repeating: i == j ? 1 : 0)
                    for k in j..<d { sum += w[i * d + k] * c[k * d + j] }
                    s[i * d + j] = sum
                  }
                }
                Self.cholesky(s.baseAddress!, into: s.baseAddress!, d)
                var determinant = Lanes(repeating: 1)
                for i in 0..<d {
                  var sum = g[i]
                  for k in 0..<i { sum -= s[i * d + k] * g[k] }
                  g[i] = sum / s[i * d + i]
                  value += 0.5 * g[i] * g[i]
                  determinant *= s[i * d + i]
                }
                for lane in 0..<8 { value[lane] -= log(determinant[lane]) }
                guard keeps else { return value }
                // W = L⁻¹Cᵀ, then V ← WᵀW, m ← m + Wᵀg.
                for i in 0..<d {
                  for j in 0..<d {
                    var sum = j >= i ? c[j * d + i] : .zero
                    for k in 0..<i { sum -= s[i * d + k] * w[k * d + j] }
                    w[i * d + j] = sum / s[i * d + i]
                  }
                }
                for i in 0..<d {
                  for k in 0..<d { m[i] += w[k * d + i] * g[k] }
                  for j in 0...i {
                    var sum = Lanes.zero
                    for k in 0..<d { sum += w[k * d + i] * w[k * d + j] }
                    v[i * d + j] = sum
                    v[j * d + i] = sum
                  }
                }
                return value
              }
            }
          }
        }
      }
    }
  }

  /// Lower factors; a pivot that rounding made negative counts as tiny.
  @inline(__always)
  private static func cholesky(_ a: UnsafePointer<Lanes>, into l: UnsafeMutablePointer<Lanes>, _ n: Int) {
    for j in 0..<n {
      var pivot = a[j * n + j]
      for k in 0..<j { pivot -= l[j * n + k] * l[j * n + k] }
      pivot = pivot.replacing(with: 1e-300, where: pivot .< 1e-300)
      let root = pivot.squareRoot()
      let inverse = 1 / root
      l[j * n + j] = root
      for i in (j + 1)..<max(n, j + 1) {
        var sum = a[i * n + j]
        for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
        l[i * n + j] = sum * inverse
      }
    }
  }
}

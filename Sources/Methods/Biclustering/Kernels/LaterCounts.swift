import Probability

/// What the counts of a bin and of all later ones say about a block's trajectory in that bin, given the later states:
/// log p(counts | x) = −½ xᵀΩx + μᵀx + const.
///
/// The observations are those of a ``GaussianPath`` before its dynamics were added.
struct LaterCounts {
  let dimension: Int
  /// Ω, `[bin, D, D]`
  private(set) var precision: [Double]
  /// μ, `[bin, D]`
  private(set) var linear: [Double]

  /// Runs back over time.
  init(_ observations: GaussianPath, dynamics: [LinearDynamics], states: [Int]) {
    let d = observations.dimension
    dimension = d
    precision = observations.diagonal
    linear = observations.linear
    var s = [Double](repeating: 0, count: d * d)
    var (half, image, gain, map) = (s, s, s, s)
    var (offset, pull) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
    for t in stride(from: observations.length - 2, through: 0, by: -1) {
      let law = dynamics[states[t]]
      let (f, later, laterLinear) = (law.covarianceFactor, (t + 1) * d * d, (t + 1) * d)
      // With Q = F Fᵀ and S = I + FᵀΩF = L Lᵀ, G = L⁻¹FᵀΩ: ∫ N(x'; Ax + b, Q) … leaves Ω − GᵀG.
      for i in 0..<d {
        for j in 0..<d {
          var sum = 0.0
          for k in 0..<d { sum += f[k * d + i] * precision[later + k * d + j] }
          half[i * d + j] = sum
        }
      }
      for i in 0..<d {
        for j in 0..<d {
          var sum = i == j ? 1.0 : 0
          for k in 0..<d { sum += half[i * d + k] * f[k * d + j] }
          s[i * d + j] = sum
        }
        var sum = 0.0
        for k in 0..<d { sum += f[k * d + i] * linear[laterLinear + k] }
        pull[i] = sum
      }
      precondition(SmallMatrix.cholesky(&s, d), "LaterCounts: an innovation's covariance is not finite")
      for i in 0..<d {
        for j in 0..<d {
          var sum = half[i * d + j]
          for k in 0..<i { sum -= s[i * d + k] * gain[k * d + j] }
          gain[i * d + j] = sum / s[i * d + i]
        }
      }
      SmallMatrix.solveLower(s, &pull, d)
      for i in 0..<d {
        var sum = linear[laterLinear + i]
        for k in 0..<d { sum -= gain[k * d + i] * pull[k] }
        for j in 0..<d {
          var value = precision[later + i * d + j]
          for k in 0..<d { value -= gain[k * d + i] * gain[k * d + j] }
          map[i * d + j] = value
          sum -= value * law.coefficients[j * (d + 1) + d]
        }
        offset[i] = sum
      }
      let coefficients = law.coefficients
      for i in 0..<d {
        for j in 0..<d {
          var sum = 0.0
          for k in 0..<d { sum += map[i * d + k] * coefficients[k * (d + 1) + j] }
          image[i * d + j] = sum
        }
      }
      for i in 0..<d {
        for j in 0...i {
          var sum = 0.0
          for k in 0..<d { sum += coefficients[k * (d + 1) + i] * image[k * d + j] }
          precision[(t * d + i) * d + j] += sum
          if i != j { precision[(t * d + j) * d + i] += sum }
        }
        var sum = 0.0
        for k in 0..<d { sum += coefficients[k * (d + 1) + i] * offset[k] }
        linear[t * d + i] += sum
      }
    }
  }
}

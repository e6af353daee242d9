import Foundation
import Probability

/// Prior laws of a state's dynamics between those of p rows beside an unrelated one, and those of p + 1 rows.
///
/// The inverse Wishart prior of p + 1 rows is a regression of the first p rows on all rows of the bin before and one of the last
/// row on these and on the innovations of the first. At share β the first rows' coefficients of the last row have precision 1/β²
/// for 1, so that at β = 0 the first rows have exactly the law of p rows; the last row's regression has ever fewer made-up
/// steps of a damped walk in its prior, because rows of the prior itself run away. At β = 1 the law is the prior of p + 1 rows.
struct GrowingDynamics {
  /// Rows with the new one.
  let rows: Int
  /// s
  let innovationScale: Double
  /// Degrees of freedom beyond the dimension.
  let innovationDegrees: Double
  /// β
  let share: Double

  /// Of made-up steps at β = 0; so many that the last row neither runs away nor follows the others far.
  private static let steps = 40.0
  private static let precision = 200.0
  private static let persistence = 0.98

  private var old: Int { rows - 1 }

  /// x_{t+1} of the first rows, x_{t+1} of the last, (xₜ, 1) and the changes of the first rows.
  private var forms:
    (
      first: [LinearRegressionLaw.Form], last: LinearRegressionLaw.Form, before: [LinearRegressionLaw.Form],
      changes: [LinearRegressionLaw.Form]
    )
  {
    let next = (0..<rows).map { [(place: $0, weight: 1.0)] }
    let before = (0...rows).map { [(place: rows + $0, weight: 1.0)] }
    let changes = (0..<old).map { [(place: $0, weight: 1.0), (place: rows + $0, weight: -1.0)] }
    return (Array(next.dropLast()), next[old], before, changes)
  }

  /// The law of the first rows' coefficients and innovations; without the last row's where β is 0.
  func first(_ sums: TransitionSums) -> LinearRegressionLaw {
    let forms = forms
    let columns = (0...rows).filter { share > 0 || $0 != old }
    var mean = [Double](repeating: 0, count: old * columns.count)
    for i in 0..<old { mean[i * columns.count + i] = 1 }
    return LinearRegressionLaw(
      LinearRegressionLaw.Prior(
        mean: mean, precision: columns.map { $0 == old ? 1 / (share * share) : 1 },
        degrees: Double(old) + innovationDegrees, scale: innovationScale),
      responses: forms.first, regressors: columns.map { forms.before[$0] }, sums: sums)
  }

  /// The law of the last row's coefficients of (xₜ, 1) and of the first rows' changes, and of its innovation given theirs.
  func last(_ sums: TransitionSums) -> LinearRegressionLaw {
    let forms = forms
    // Steps of β change the laws of innovation and coefficients alike.
    func grown(_ end: Double, by start: Double) -> Double { end * pow(1 + start / end, 1 - share) }
    let held = grown(1, by: Self.precision)
    let scale = innovationScale * grown(1, by: Self.steps)
    let precision =
      [Double](repeating: held, count: rows + 1) + [Double](repeating: scale, count: old)
    var mean = [Double](repeating: 0, count: precision.count)
    mean[old] = (1 + (held - 1) * Self.persistence) / held
    return LinearRegressionLaw(
      LinearRegressionLaw.Prior(
        mean: mean, precision: precision, degrees: grown(Double(rows) + innovationDegrees, by: Self.steps),
        scale: scale),
      responses: [forms.last], regressors: forms.before + forms.changes, sums: sums)
  }

  /// log p(x_{t+1} of the state's transitions | their xₜ), dynamics integrated out.
  func logMarginal(_ sums: TransitionSums) -> Double {
    sums.count > 0 ? first(sums).logMarginal + last(sums).logMarginal : 0
  }

  /// Dynamics given a state's transitions, for β > 0.
  func draw(_ sums: TransitionSums, using stream: inout RandomStream) -> LinearDynamics {
    let (top, bottom) = (first(sums).draw(using: &stream), last(sums).draw(using: &stream))
    let (d, columns) = (rows, rows + 1)
    // x' of the last row is a z + g (x' − x) of the first + σ e, and x' = B z + e of the first.
    let sigma = bottom.factor[0]
    var (coefficients, row) = (top.coefficients, Array(bottom.coefficients[..<columns]))
    var (factor, whitener) = (
      [Double](repeating: 0, count: d * d), [Double](repeating: 0, count: d * d)
    )
    for i in 0..<old {
      let g = bottom.coefficients[columns + i]
      for j in 0..<columns { row[j] += g * (top.coefficients[i * columns + j] - (i == j ? 1 : 0)) }
      for j in 0..<old {
        factor[i * d + j] = top.factor[i * old + j]
        whitener[i * d + j] = top.whitener[i * old + j]
        factor[old * d + j] += g * top.factor[i * old + j]
      }
      whitener[old * d + i] = -g / sigma
    }
    (factor[d * d - 1], whitener[d * d - 1]) = (sigma, 1 / sigma)
    coefficients += row
    return LinearDynamics(
      dimension: d, coefficients: coefficients, covarianceFactor: factor, whitener: whitener,
      logWhitener: top.logWhitener - log(sigma))
  }

  /// The last row, `[bin]`, drawn beside first rows `[row, stride]` at β = 0.
  static func freeRow(
    beside path: [Double], laws: GrowingDynamics, states: [Int], limit: Int, stride: Int,
    using stream: inout RandomStream
  ) -> [Double] {
    let old = laws.old
    let law = laws.last(TransitionSums(dimension: laws.rows))
    let dynamics = (0..<limit).map { _ in law.draw(using: &stream) }
    var row = [stream.normal()]
    for (t, l) in states.enumerated() {
      let (b, sigma) = (dynamics[l].coefficients, dynamics[l].factor[0])
      var next = sigma * stream.normal() + b[old] * row[t] + b[old + 1]
      for j in 0..<old {
        let x = path[j * stride + t]
        next += b[j] * x + b[old + 2 + j] * (path[j * stride + t + 1] - x)
      }
      row.append(next)
    }
    return row
  }
}

import Foundation
import Lanes

/// Parameters' running means, and the change that a gradient makes (Kingma and Ba 2015).
final class OptimiserMoments {
  let first: LaneBuffer
  let second: LaneBuffer
  private let kind: TrainingPlan.Optimiser

  init(_ kind: TrainingPlan.Optimiser, count: Int) {
    self.kind = kind
    first = LaneBuffer(count)
    second = LaneBuffer(count)
  }

  /// Changes the parameters.
  ///
  /// - Parameters:
  ///   - step: number of this change, from 1 on.
  ///   - scale: factor of the gradient.
  func update(_ parameters: LaneBuffer, gradient: LaneBuffer, learningRate: Double, step: Int, scale: Float) {
    let (beta1, beta2) = (0.9, 0.999)
    let (b1, b2) = (Float(beta1), Float(beta2))
    let correction1 = 1 - pow(beta1, Double(step))
    switch kind {
    case .adam:
      let rate = Float(learningRate / correction1)
      let root = Float(1 / (1 - pow(beta2, Double(step))).squareRoot())
      for place in 0..<parameters.count {
        let g = gradient.lanes[place] * scale
        let m = first.lanes[place] * b1 + g * (1 - b1)
        let v = second.lanes[place] * b2 + g * g * (1 - b2)
        first.lanes[place] = m
        second.lanes[place] = v
        parameters.lanes[place] -= m * rate / (v.squareRoot() * root + 1e-8)
      }
    case .adamax:
      let rate = Float(learningRate / correction1)
      for place in 0..<parameters.count {
        let g = gradient.lanes[place] * scale
        let m = first.lanes[place] * b1 + g * (1 - b1)
        var u = second.lanes[place] * b2
        var magnitude = g
        magnitude.replace(with: -g, where: g .< 0)
        magnitude += 1e-8
        u.replace(with: magnitude, where: magnitude .> u)
        first.lanes[place] = m
        second.lanes[place] = u
        parameters.lanes[place] -= m * rate / u
      }
    }
    // Padding has no gradient: 0 / (0 + ε) keeps it at zero.
  }
}

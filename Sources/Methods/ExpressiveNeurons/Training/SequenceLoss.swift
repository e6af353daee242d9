import Foundation
import Lanes

/// Losses on a tile's outputs; each returns the summed loss and writes its derivative.
enum SequenceLoss {
  /// What one sample of a tile should answer.
  enum Target {
    /// The target trace, where its first step lies in the sample, the first step that counts, and how many count in all.
    case trace([Float], from: Int, burnIn: Int, counted: Int, isSpikeAndVoltage: Bool)
    /// The class, and the step whose output decides.
    case label(Int, step: Int)

    /// The same in a window that begins `steps` later.
    func shifted(by steps: Int) -> Target {
      switch self {
      case .trace(let trace, let from, let burnIn, let counted, let isSpikeAndVoltage):
        .trace(
          trace, from: from + steps, burnIn: max(0, burnIn - steps), counted: counted,
          isSpikeAndVoltage: isSpikeAndVoltage)
      case .label(let label, let step): .label(label, step: step - steps)
      }
    }
  }

  /// Loss of all samples, each weighted by `weight`.
  static func apply(
    _ targets: [Target], outputs: Int, weight: Float, in workspace: SequenceWorkspace
  ) -> Double {
    let stride = lanes(for: outputs) * 16
    workspace.outputGradient.reserveZeroed(workspace.steps * tileSamples * stride / 16)
    let y = workspace.output.scalars
    let g = workspace.outputGradient.scalars
    var loss = 0.0
    for (sample, target) in targets.enumerated() {
      switch target {
      case .trace(let trace, let from, let burnIn, let counted, let isSpikeAndVoltage):
        let scale = weight / Float(counted)
        var sum = 0.0
        trace.withUnsafeBufferPointer { trace in
          let end = min(workspace.steps, trace.count / outputs - from)
          for step in min(burnIn, max(0, end))..<max(0, end) {
            let row = (step * tileSamples + sample) * stride
            let wanted = trace.baseAddress! + (from + step) * outputs
            if isSpikeAndVoltage {
              // Binary cross-entropy in its stable form, and half of the squared error.
              let logit = y[row]
              let small = expf(-abs(logit))
              let difference = y[row + 1] - wanted[1]
              sum +=
                0.5 * Double(max(logit, 0) - logit * wanted[0] + log1pf(small))
                + 0.5 * Double(difference) * Double(difference)
              let probability = logit >= 0 ? 1 / (1 + small) : small / (1 + small)
              g[row] = 0.5 * scale * (probability - wanted[0])
              g[row + 1] = scale * difference
            } else {
              for output in 0..<outputs {
                let difference = y[row + output] - wanted[output]
                sum += Double(difference) * Double(difference) / Double(outputs)
                g[row + output] = 2 * scale * difference / Float(outputs)
              }
            }
          }
        }
        loss += Double(scale) * sum
      case .label(let label, let step):
        guard (0..<workspace.steps).contains(step) else { continue }
        let row = (step * tileSamples + sample) * stride
        let most = (0..<outputs).map { y[row + $0] }.max()!
        let total = (0..<outputs).reduce(Float(0)) { $0 + expf(y[row + $1] - most) }
        loss += Double(weight) * Double(logf(total) + most - y[row + label])
        for output in 0..<outputs {
          g[row + output] = weight * (expf(y[row + output] - most) / total - (output == label ? 1 : 0))
        }
      }
    }
    return loss
  }
}

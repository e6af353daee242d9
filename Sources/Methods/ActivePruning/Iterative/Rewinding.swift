/// Where the weights stand when a cycle's training begins, after pruning.
public enum Rewinding: Sendable, Hashable, Codable, LosslessStringConvertible {
  /// At their first values (Frankle and Carbin 2019), with every step of training.
  case initial
  /// Where they stood before a step of the first training, which goes on from there (Frankle et al. 2020).
  case step(Int)
  /// Where they stood before an epoch of the first training, from 0.
  case epoch(Int)
  /// Where they are; the learning rate begins anew (Renda et al. 2020).
  case learningRate
  /// Where they are, trained on at the last learning rate.
  case fineTuning
  /// At new random values.
  case reinitialised

  /// `init`, `step:500`, `epoch:2`, `learning-rate`, `fine-tune` or `reinit`; `nil` for other texts.
  public init?(_ description: String) {
    let parts = description.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first.map(String.init), parts.count) {
    case ("init", 1): self = .initial
    case ("learning-rate", 1): self = .learningRate
    case ("fine-tune", 1): self = .fineTuning
    case ("reinit", 1): self = .reinitialised
    case ("step", 2):
      guard let step = Int(parts[1]), step >= 0 else { return nil }
      self = .step(step)
    case ("epoch", 2):
      guard let epoch = Int(parts[1]), epoch >= 0 else { return nil }
      self = .epoch(epoch)
    default: return nil
    }
  }

  /// The text that names it.
  public var description: String {
    switch self {
    case .initial: "init"
    case .step(let step): "step:\(step)"
    case .epoch(let epoch): "epoch:\(epoch)"
    case .learningRate: "learning-rate"
    case .fineTuning: "fine-tune"
    case .reinitialised: "reinit"
    }
  }

  /// The step of the first training whose beginning the weights return to; `nil` when they return to none.
  func step(stepsInEpoch: Int) -> Int? {
    switch self {
    case .initial: 0
    case .step(let step): step
    case .epoch(let epoch):
      epoch.multipliedReportingOverflow(by: stepsInEpoch).overflow ? Int.max : epoch * stepsInEpoch
    case .learningRate, .fineTuning, .reinitialised: nil
    }
  }
}

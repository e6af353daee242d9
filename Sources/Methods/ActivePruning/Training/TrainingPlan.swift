import Tensors

/// How a network is trained in each cycle.
public struct TrainingPlan: Sendable, Hashable, Codable {
  /// The rules by which steps are taken.
  public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stochastic gradient descent with momentum.
    case sgd
    /// Adam (Kingma and Ba 2015).
    case adam
    /// AdamW (Loshchilov and Hutter 2019).
    case adamW = "adamw"
  }

  /// Passes over the training images.
  public var epochs: Int
  /// Images in a step.
  public var batch: Int
  /// The rule of steps.
  public var rule: Rule
  /// Of ``Rule/sgd``.
  public var momentum: Double
  /// What of a weight is added to its gradient.
  public var weightDecay: Double
  /// The learning rate by step.
  public var schedule: Schedule
  /// What becomes of the images.
  public var augmentation: Augmentation

  /// A plan; as it stands that of the MLPs here, without augmentation.
  public init(
    epochs: Int, batch: Int = 64, rule: Rule = .sgd, momentum: Double = 0.9, weightDecay: Double = 0,
    schedule: Schedule = .constant(0.05), augmentation: Augmentation = Augmentation()
  ) {
    (self.epochs, self.batch, self.rule, self.momentum) = (epochs, batch, rule, momentum)
    (self.weightDecay, self.schedule, self.augmentation) = (weightDecay, schedule, augmentation)
  }

  /// The plan of the paper's program for ResNet-20 on colour images of 32 × 32 pixels: 50 epochs, a rate that rises to
  /// 0.1 over 20,000 steps and falls to 0.01 and 0.001 at epochs 25 and 32.
  ///
  /// - Parameters:
  ///   - images: number of training images.
  ///   - epochs: passes over them; the times of the rate shrink or grow with it.
  ///   - augmentation: what becomes of the images.
  public static func published(images: Int, epochs: Int = 50, augmentation: Augmentation) -> TrainingPlan {
    let batch = 64
    let perEpoch = max(1, (images + batch - 1) / batch)
    let scale = Double(epochs) / 50
    func step(_ epoch: Double) -> Int { Int((epoch * scale * Double(perEpoch)).rounded()) }
    // The program's line reaches only as far as epoch 25, where the next rate takes over.
    let rise = max(1, Int((20_000 * scale * Double(perEpoch) / 782).rounded()))
    return TrainingPlan(
      epochs: epochs, batch: batch, weightDecay: 5e-4,
      schedule: .warmUp(
        length: min(rise, step(25)),
        then: .steps(
          rate: 0.1, at: [step(25), step(32)].map { $0 - min(rise, step(25)) }, factor: 0.1)),
      augmentation: augmentation)
  }

  /// A plan whose rate is divided by 10 at half and at three quarters of the epochs.
  ///
  /// - Parameters:
  ///   - images: number of training images.
  ///   - rate: the learning rate at first.
  public static func falling(
    images: Int, epochs: Int, batch: Int, rate: Double, rule: Rule = .sgd, momentum: Double = 0.9,
    weightDecay: Double = 0, augmentation: Augmentation = Augmentation()
  ) -> TrainingPlan {
    var plan = TrainingPlan(
      epochs: epochs, batch: batch, rule: rule, momentum: momentum, weightDecay: weightDecay,
      augmentation: augmentation)
    let steps = plan.stepsInEpoch(images) * epochs
    plan.schedule = .steps(rate: rate, at: [steps / 2, steps * 3 / 4], factor: 0.1)
    return plan
  }

  /// Steps in an epoch of `images`.
  public func stepsInEpoch(_ images: Int) -> Int { (images + batch - 1) / max(1, batch) }

  /// - Throws: ``PruningError/training(name:found:expected:)`` for numbers that make no training.
  func validate() throws(PruningError) {
    guard epochs >= 1 else {
      throw .training(name: "number of epochs", found: "\(epochs)", expected: "1 or more")
    }
    guard batch >= 1 else { throw .training(name: "batch", found: "\(batch)", expected: "1 or more images") }
    let rate = schedule.rate(at: 0)
    guard rate > 0, rate.isFinite else {
      throw .training(name: "learning rate", found: "\(rate)", expected: "a number above 0")
    }
    guard momentum >= 0, momentum < 1 else {
      throw .training(name: "momentum", found: "\(momentum)", expected: "a number from 0 to below 1")
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw .training(name: "weight decay", found: "\(weightDecay)", expected: "a number of at least 0")
    }
  }

  /// An optimiser that remembers nothing.
  func optimiser(of network: any Layer) -> any Optimiser {
    let rate = schedule.rate(at: 0)
    return switch rule {
    case .sgd:
      SGD(network.parameters, learningRate: rate, momentum: momentum, weightDecay: weightDecay)
    case .adam: Adam(network.parameters, learningRate: rate, weightDecay: weightDecay)
    case .adamW: Adam.adamW(network.parameters, learningRate: rate, weightDecay: weightDecay)
    }
  }
}

/// How a learner simulates what taking an object would do to it.
public enum Simulation: String, Sendable, Hashable, Codable, CaseIterable {
  /// One step along the gradient gathered so far in the batch (published program, 2024).
  case currentGradient
  /// One step along the mean gradient of the memory (pseudo-code of 2022).
  case memoryGradient
}

/// Which class decides how a taken object really acts.
public enum Effect: String, Sendable, Hashable, Codable, CaseIterable {
  /// The class it has: misrecognition hurts (published program).
  case trueClass
  /// The class it was taken for (pseudo-code of 2022).
  case predictedClass
}

/// What moves the learning rate.
public enum Regulation: Sendable, Hashable, Codable {
  /// Nothing (LRC).
  case constant
  /// A coin, and the true class (LRR).
  case random
  /// The learner's own simulations (LRH).
  case homeostatic(Simulation, Effect)
  /// The rate is raised to `boost` times its first value when a detector fires, and decays back by a factor e
  /// every `decay` samples.
  case boost(Trigger, factor: Double, decay: Double)
  /// Weights, biases and rate begin anew when a detector fires.
  case reset(Trigger)
}

/// What tells a learner that the concept has shifted.
public enum Trigger: Sendable, Hashable, Codable {
  /// A drift detector on the learner's own errors.
  case detector(DetectorKind)
  /// The stream itself: an upper bound for detectors.
  case oracle
}

/// How a gradient becomes a change of the weights.
public enum Optimiser: Sendable, Hashable, Codable {
  /// W −= η·g (published).
  case gradientDescent
  /// v = βv + g; W −= η·v (Polyak 1964).
  case momentum(Double)
  /// Root-mean-square scaling (Tieleman and Hinton 2012).
  case rmsProp(decay: Double)
  /// Adam (Kingma and Ba 2015).
  case adam(beta1: Double, beta2: Double)
  /// η += rate·(g · previous g); W −= η·g (Baydin and others 2018).
  case hypergradient(rate: Double)
  /// Coin betting, without a learning rate (COCOB-Backprop, Orabona and Tommasi 2017).
  case cocob(alpha: Double)
}

/// Everything that defines a learner but its data and seed.
public struct LearnerConfiguration: Sendable, Hashable, Codable {
  /// Units of the hidden layers.
  public var hidden: [Int] = [80, 60]
  /// Samples in a batch, m.
  public var batch = 10
  /// The learning rate at the beginning, η0.
  public var learningRate: Double
  /// How far one object moves the rate; η0/10 unless given.
  public var step: Double
  /// The rate that replaces one that fell below 0.
  public var floor = 1e-8
  /// Samples remembered.
  public var memory = 20
  /// Samples from one decision to the next.
  public var interval = 10
  /// What moves the rate.
  public var regulation: Regulation
  /// How the weights move.
  public var optimiser = Optimiser.gradientDescent
  /// A rate that changes by itself; for learners whose rate nothing else moves.
  public var schedule: RateSchedule?
  /// The state that is regulated; ``step`` and ``floor`` are in its unit.
  public var vital = Vital.learningRate
  /// What each class does to the rate: −1, 0 or +1; the upper half of the classes excites unless given.
  public var effects: [Int]?

  /// A learner with the published constants.
  public init(_ regulation: Regulation, learningRate: Double = 0.001) {
    self.regulation = regulation
    self.learningRate = learningRate
    step = learningRate / 10
    if case .homeostatic(.memoryGradient, _) = regulation {
      memory = 100
      interval = 100
    }
  }

  /// The published constant learner, LRC.
  public static func constant(learningRate: Double = 0.001) -> Self {
    Self(.constant, learningRate: learningRate)
  }
  /// The published random learner, LRR.
  public static func random(learningRate: Double = 0.001) -> Self {
    Self(.random, learningRate: learningRate)
  }
  /// The published homeostatic learner, LRH, of 2024.
  public static func homeostatic(learningRate: Double = 0.001) -> Self {
    Self(.homeostatic(.currentGradient, .trueClass), learningRate: learningRate)
  }
  /// The homeostatic learner of the 2022 pseudo-code, with the true class's effect.
  public static func memoryGradient(learningRate: Double = 0.001) -> Self {
    Self(.homeostatic(.memoryGradient, .trueClass), learningRate: learningRate)
  }

  /// The same learner with another regulated state, a tenth of whose first value is a step.
  public func regulating(_ vital: Vital) -> Self {
    var learner = self
    learner.vital = vital
    learner.step = (vital.start ?? learningRate) / 10
    return learner
  }

  /// Effect of each of `classes` classes on the rate.
  func effects(classes: Int) -> [Int] { effects ?? (0..<classes).map { 2 * $0 >= classes ? 1 : -1 } }

  /// Whether samples are remembered.
  var remembers: Bool { if case .homeostatic = regulation { true } else { false } }

  /// Whether a decision falls on sample `position` of an epoch.
  func decides(at position: Int) -> Bool {
    guard position % interval == 0 else { return false }
    switch regulation {
    case .random: return position != 0
    case .homeostatic(.currentGradient, _): return position > memory
    case .homeostatic(.memoryGradient, _): return position >= memory
    case .constant, .boost, .reset: return false
    }
  }

  /// The rate after an effect of −1, 0 or +1; one that falls below 0 becomes the floor.
  func moved(_ rate: Double, by effect: Int) -> Double {
    let next = effect > 0 ? rate + step : effect < 0 ? rate - step : rate
    return next < 0 ? floor : next
  }

  /// Checks the settings.
  ///
  /// - Throws: ``HomeostasisError/outOfRange(name:value:allowed:)`` naming the first that is wrong.
  public func validate(samples: Int, classes: Int) throws(HomeostasisError) {
    func check(_ holds: Bool, _ name: String, _ value: String, _ allowed: String) throws(HomeostasisError) {
      if !holds { throw .outOfRange(name: name, value: value, allowed: allowed) }
    }
    try check(
      hidden.count == 2 && hidden.allSatisfy { (1...100_000).contains($0) }, "hidden", "\(hidden)",
      "two widths from 1 to 100000")
    try check((1...samples).contains(batch), "batch", "\(batch)", "1 to the \(samples) samples of an epoch")
    try check(
      learningRate > 0 && learningRate.isFinite, "learning rate", "\(learningRate)", "a number above 0")
    let first = vital.start ?? learningRate
    try check(
      step >= 0 && step <= first, "step", "\(step)",
      vital.start == nil
        ? "from 0 to the learning rate \(learningRate)" : "from 0 to the first \(vital.rawValue) \(first)")
    if let schedule {
      try check(
        regulation == .constant && schedule.isSound, "schedule", "\(schedule)",
        "a schedule of numbers above 0, for a constant learner")
    }
    switch (vital, regulation, optimiser) {
    case (.learningRate, _, _), (.gain, .random, _), (.dropout, .random, _), (.noise, .random, _),
      (.gain, .homeostatic, _), (.dropout, .homeostatic, _), (.noise, .homeostatic, _),
      (_, .random, .gradientDescent), (_, .homeostatic, .gradientDescent):
      break
    default:
      try check(
        false, "vital", vital.rawValue,
        "the learning rate; other states need random or homeostatic regulation, rates of layers and neurons plain gradient descent"
      )
    }
    try check(
      floor > 0 && floor <= learningRate, "floor", "\(floor)", "above 0 and at most the learning rate")
    try check(interval >= 1, "interval", "\(interval)", "1 sample or more")
    try check(
      (1...max(1, samples - 1)).contains(memory), "memory", "\(memory)",
      "1 to \(samples - 1) samples, fewer than an epoch has")
    if let effects {
      try check(
        effects.count == classes && effects.allSatisfy { (-1...1).contains($0) }, "effects", "\(effects)",
        "\(classes) numbers, one for each class, each -1, 0 or 1")
    }
  }

  /// A sentence about settings that are allowed but change the published meaning; `nil` for none.
  public var warning: String? {
    guard case .homeostatic(.currentGradient, _) = regulation, interval % batch != 0 else { return nil }
    return
      "the interval of \(interval) is not a multiple of the batch of \(batch): simulations then use the gradients of several samples"
  }
}

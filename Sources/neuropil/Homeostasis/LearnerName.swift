import ArgumentParsing
import Homeostasis

/// The learners by name.
enum LearnerName: String, CaseIterable, OptionValue {
  case constant, random, homeostatic
  case memoryGradient = "memory-gradient"
  case momentum
  case rmsProp = "rms-prop"
  case adam, hypergradient, cocob
  case detectorBoost = "detector-boost"
  case detectorReset = "detector-reset"
  case oracleBoost = "oracle-boost"
  case oracleReset = "oracle-reset"
  case inverseTime = "inverse-time"
  case exponential, steps, cosine

  func configuration(learningRate: Double, detector: DetectorKind) -> LearnerConfiguration {
    func optimised(_ optimiser: Optimiser) -> LearnerConfiguration {
      var learner = LearnerConfiguration.constant(learningRate: learningRate)
      learner.optimiser = optimiser
      return learner
    }
    func scheduled(_ schedule: RateSchedule) -> LearnerConfiguration {
      var learner = LearnerConfiguration.constant(learningRate: learningRate)
      learner.schedule = schedule
      return learner
    }
    return switch self {
    case .constant: .constant(learningRate: learningRate)
    case .random: .random(learningRate: learningRate)
    case .homeostatic: .homeostatic(learningRate: learningRate)
    case .memoryGradient: .memoryGradient(learningRate: learningRate)
    case .momentum: optimised(.momentum(0.9))
    case .rmsProp: optimised(.rmsProp(decay: 0.9))
    case .adam: optimised(.adam(beta1: 0.9, beta2: 0.999))
    case .hypergradient: optimised(.hypergradient(rate: learningRate * learningRate))
    case .cocob: optimised(.cocob(alpha: 100))
    case .detectorBoost:
      LearnerConfiguration(.boost(.detector(detector), factor: 10, decay: 2000), learningRate: learningRate)
    case .detectorReset: LearnerConfiguration(.reset(.detector(detector)), learningRate: learningRate)
    case .oracleBoost:
      LearnerConfiguration(.boost(.oracle, factor: 10, decay: 2000), learningRate: learningRate)
    case .oracleReset: LearnerConfiguration(.reset(.oracle), learningRate: learningRate)
    case .inverseTime: scheduled(.inverseTime(samples: 60_000))
    case .exponential: scheduled(.exponential(samples: 60_000))
    case .steps: scheduled(.steps(samples: 60_000, factor: 0.5))
    case .cosine: scheduled(.cosineRestarts(samples: 60_000, lowest: 0.01))
    }
  }
}

extension DetectorKind: OptionValue {}
extension ShiftTiming: OptionValue {}
extension Precision: OptionValue {}
extension Vital: OptionValue {}

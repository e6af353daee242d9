import Figures
import Foundation
import Probability

/// What several methods gave cycle by cycle, each with the same seeds.
public struct PruningCurves: Sendable, Codable {
  /// The methods.
  public var arms: [PruningArm]
  /// `[arm][seed][cycle]`; every seed has as many cycles.
  public var runs: [[[PruningCycle]]]

  /// A quantity of a cycle.
  public enum Quantity: String, Sendable, CaseIterable {
    /// Share of test images named rightly.
    case accuracy
    /// Share of neurons that are 0 for an image but not for all.
    case dynamicDeadRate
    /// Share of neurons that are 0 for every image.
    case staticDeadRate

    func value(_ cycle: PruningCycle) -> Double? {
      switch self {
      case .accuracy: cycle.accuracy
      case .dynamicDeadRate: cycle.dynamicDeadRate
      case .staticDeadRate: cycle.staticDeadRate
      }
    }

    var title: String {
      switch self {
      case .accuracy: "accuracy on test images"
      case .dynamicDeadRate: "dynamic dead neuron rate"
      case .staticDeadRate: "static dead neuron rate"
      }
    }
  }

  /// Curves of methods in their order.
  public init(arms: [PruningArm], runs: [[[PruningCycle]]]) {
    precondition(arms.count == runs.count, "PruningCurves: there must be runs for each method")
    (self.arms, self.runs) = (arms, runs)
  }

  /// Number of cycles, the dense network included.
  public var cycles: Int { runs.first?.first?.count ?? 0 }

  /// A quantity of a method at a cycle, one number a seed; empty when it is not defined.
  public func values(_ quantity: Quantity, of arm: Int, at cycle: Int) -> [Double] {
    runs[arm].compactMap { quantity.value($0[cycle]) }
  }

  /// A quantity averaged over the cycles from 1 on, one number a seed.
  public func averages(_ quantity: Quantity, of arm: Int) -> [Double] {
    runs[arm].compactMap { cycles in
      let values = cycles.dropFirst().compactMap(quantity.value)
      return values.isEmpty ? nil : mean(values)
    }
  }

  /// Differences of two methods' values, in the seeds' order.
  public static func difference(_ values: [Double], against others: [Double]) -> PairedComparison {
    PairedComparison(values, against: others, bootstrap: Bootstrap(resamples: 4_000))
  }

  /// Cycles from 1 on at which a method's mean over the seeds lies below another's.
  public func cyclesBelow(_ quantity: Quantity, _ arm: Int, than other: Int) -> Int {
    (1..<max(1, cycles)).count { cycle in
      mean(values(quantity, of: arm, at: cycle)) < mean(values(quantity, of: other, at: cycle))
    }
  }

  /// Accuracy and dead rates against the share of weights that remain.
  public func figure(id: String, title: String) -> Figure {
    let panels = Quantity.allCases.map { quantity in
      Panel(
        title: quantity.title, x: Axis("remaining weights, %", scale: .log),
        y: Axis(quantity == .accuracy ? "share of images" : "share of neurons"),
        marks: arms.indices.map { arm in
          let places = (0..<cycles).filter { !values(quantity, of: arm, at: $0).isEmpty }
          let columns = places.map { values(quantity, of: arm, at: $0) }
          return Mark(
            arms[arm].name,
            .line(
              x: places.map { cycle in 100 * mean(runs[arm].map { $0[cycle].remaining }) },
              y: columns.map { mean($0) }, low: columns.map { $0.min()! }, high: columns.map { $0.max()! }),
            colour: arm)
        })
    }
    return Figure(
      id: id, title: title,
      caption:
        "Means over \(runs.first?.count ?? 0) seeds; bands reach from the lowest to the highest. All methods begin with the same weights, see images in the same order and train the same number of steps.",
      panels: panels)
  }
}

extension PairedComparison {
  /// `+0.0012 [-0.0004, +0.0030]`, without the interval of fewer than three seeds.
  public var textWithInterval: String {
    let text = String(format: "%+.4f", difference)
    return verdict == .tooFewPairs ? text : text + String(format: " [%+.4f, %+.4f]", low, high)
  }
}

import Foundation
import Probability

/// A stream of labelled samples whose concept shifts.
///
/// The order of the samples, the shifts and their classes are functions of the seed alone, so that every
/// learner of one seed meets the same stream.
public struct ConceptStream: Sendable, Hashable, Codable {
  /// Samples in an epoch, N.
  public let samples: Int
  /// Samples in a batch, m.
  public let batch: Int
  /// Number and timing of the shifts.
  public let schedule: ShiftSchedule
  /// What they change.
  public let kind: ShiftKind
  /// The seed of order and shifts.
  public let seed: UInt64
  /// Whether the first epoch is in random order too; the published program takes the file's order.
  public let shufflesFirstEpoch: Bool

  /// Shifts so far.
  public private(set) var shifts = 0
  /// The present concept.
  public private(set) var map: LabelMap
  /// The images' present change.
  public private(set) var transform: ImageTransform?
  /// The concept before the last shift.
  private var earlier: LabelMap
  /// Samples seen in all epochs when the last shift happened.
  private var shiftTime = 0
  private var width: Int

  /// Batches in an epoch; an incomplete last one is left out.
  public var batches: Int { samples / batch }

  /// A stream before its first sample.
  ///
  /// - Parameters:
  ///   - samples: N, at least one batch.
  ///   - classes: number of classes.
  ///   - width: numbers in one sample.
  ///   - batch: m.
  ///   - schedule: number and timing of shifts.
  ///   - kind: what they change.
  ///   - seed: of order and shifts.
  ///   - shufflesFirstEpoch: whether the first epoch is in random order.
  /// - Throws: ``HomeostasisError``.
  public init(
    samples: Int, classes: Int, width: Int, batch: Int = 10, schedule: ShiftSchedule, kind: ShiftKind = .swap,
    seed: UInt64, shufflesFirstEpoch: Bool = false
  ) throws(HomeostasisError) {
    guard batch >= 1, batch <= samples else {
      throw .outOfRange(name: "the batch", value: "\(batch)", allowed: "1 to the \(samples) samples")
    }
    guard (2...256).contains(classes) else {
      throw .outOfRange(
        name: "the number of classes", value: "\(classes)", allowed: "2 to 256, to have two to swap")
    }
    switch kind {
    case .cycle(let count) where !(2...classes).contains(count):
      throw .outOfRange(name: "the cycle", value: "\(count) classes", allowed: "2 to \(classes) classes")
    case .recurring(let count) where count < 2:
      throw .outOfRange(name: "the number of recurring concepts", value: "\(count)", allowed: "2 or more")
    case .gradual(let width) where width < 1:
      throw .outOfRange(name: "the width of a gradual shift", value: "\(width)", allowed: "1 sample or more")
    default: break
    }
    _ = try schedule.positions(epoch: 0, samples: samples, batch: batch)
    (self.samples, self.batch, self.schedule, self.kind) = (samples, batch, schedule, kind)
    (self.seed, self.shufflesFirstEpoch, self.width) = (seed, shufflesFirstEpoch, width)
    map = LabelMap(classes: classes)
    earlier = map
  }

  /// The order of the samples in an epoch: the file's in the first, a fresh one in each later epoch.
  public func order(epoch: Int) -> [Int32] {
    var order = (0..<Int32(samples)).map { $0 }
    if epoch > 0 || shufflesFirstEpoch {
      var stream = RandomStream(seed: seed, "order", epoch)
      stream.shuffle(&order)
    }
    return order
  }

  /// The shifts of an epoch: after how many batches each happens.
  public func shiftPositions(epoch: Int) throws(HomeostasisError) -> [Int] {
    try schedule.positions(epoch: epoch, samples: samples, batch: batch)
  }

  /// Makes one shift, `samplesSeen` samples from the beginning of the first epoch.
  public mutating func shift(samplesSeen: Int) {
    var stream = RandomStream(seed: seed, "shift", shifts)
    earlier = map
    shiftTime = samplesSeen
    let classes = map.names.count
    switch kind {
    case .swap, .gradual:
      let pair = stream.sample(2, outOf: classes)
      map.swap(UInt8(pair[0]), UInt8(pair[1]))
    case .cycle(let count):
      var cycle = stream.sample(count, outOf: classes).map { UInt8($0) }
      stream.shuffle(&cycle)
      map.rotate(cycle)
    case .relabel:
      let before = map
      var names = map.names
      repeat { stream.shuffle(&names) } while names == before.names
      map = LabelMap(classes: classes)
      map.assign(names)
    case .recurring(let concepts):
      // Concepts 0, 1, …, c − 1, then 0 again: each is reached from the first by its own fixed swaps.
      let next = (shifts + 1) % concepts
      map = LabelMap(classes: classes)
      for concept in 0..<next {
        var fixed = RandomStream(seed: seed, "recurring concept", concept)
        let pair = fixed.sample(2, outOf: classes)
        map.swap(UInt8(pair[0]), UInt8(pair[1]))
      }
    case .covariate:
      switch shifts % 4 {
      case 0: transform = .quarterTurns(1 + stream.integer(below: 3))
      case 1: transform = .inversion
      case 2:
        var order = (0..<Int32(width)).map { $0 }
        stream.shuffle(&order)
        transform = .permutation(order)
      default: transform = .noise(seed: seed)
      }
    }
    shifts += 1
  }

  /// The label, under the present concept, of a sample of class `base` shown `samplesSeen` samples from the beginning.
  public func label(base: UInt8, samplesSeen: Int) -> UInt8 {
    let new = map[base]
    guard case .gradual(let width) = kind, shifts > 0, earlier[base] != new else { return new }
    let time = Double(samplesSeen - shiftTime - width)
    let chance = 1 / (1 + exp(-4 * time / Double(width)))
    var stream = RandomStream(seed: seed, "gradual", samplesSeen)
    return stream.bernoulli(chance) ? new : earlier[base]
  }
}

import Foundation
import Probability

/// A stream of labelled samples whose concept shifts.
///
/// The order of the samples, the shifts and their classes are functions of the seed alone, so that every
/// learner of one seed meets the same stream.
///
/// ```swift
/// var stream = try ConceptStream(
///   samples: 60_000, classes: 10, width: 784, schedule: ShiftSchedule(rate: .constant(50)), seed: 1)
/// for batch in 0..<stream.batches {
///   stream.advance(epoch: 0, batch: batch)
///   // learn the batch's samples, named by stream.label(base:)
/// }
/// // validate under the concept that was learned
/// stream.finish(epoch: 0)
/// ```
public struct ConceptStream: Sendable, Hashable {
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
  /// Numbers in one sample.
  let width: Int

  /// Shifts so far.
  public internal(set) var shifts = 0
  /// The present concept.
  public internal(set) var map: LabelMap
  /// The images' present change.
  public internal(set) var transform: ImageTransform?
  /// The concept before the last shift.
  var earlier: LabelMap
  /// Samples seen in all epochs when the last shift happened.
  var shiftTime = 0
  /// Ends of batches, in all epochs, whose shifts ``advance(epoch:batch:)`` has made.
  var passed = 0

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
  /// - Throws: ``StreamError``.
  public init(
    samples: Int, classes: Int, width: Int, batch: Int = 10, schedule: ShiftSchedule, kind: ShiftKind = .swap,
    seed: UInt64, shufflesFirstEpoch: Bool = false
  ) throws(StreamError) {
    guard (2...256).contains(classes) else { throw .badClasses(classes) }
    guard width >= 1 else { throw .badWidth(width) }
    try kind.validate(classes: classes)
    try schedule.validate(samples: samples, batch: batch)
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
  public func shiftPositions(epoch: Int) throws(StreamError) -> [Int] {
    try schedule.positions(epoch: epoch, samples: samples, batch: batch)
  }

  /// Makes the shifts that are due before a batch, those of skipped batches included.
  ///
  /// A second call for the same batch, as after resuming a saved run, makes none.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - batch: from 0, in the epoch.
  /// - Returns: how many shifts were made.
  @discardableResult
  public mutating func advance(epoch: Int, batch: Int) -> Int {
    precondition(epoch >= 0 && (0...batches).contains(batch), "advance: no such batch")
    let before = shifts
    let target = epoch * batches + batch
    while passed < target {
      let (epoch, place) = (passed / batches, passed % batches + 1)
      passed += 1
      if schedule.isDue(
        after: place, shifts: schedule.rate.count(epoch: epoch), samples: samples, batch: self.batch)
      {
        shift(samplesSeen: epoch * samples + place * self.batch)
      }
    }
    return shifts - before
  }

  /// Makes the shift that falls on the end of an epoch, if one does, and any not yet made before.
  ///
  /// - Returns: how many shifts were made.
  @discardableResult
  public mutating func finish(epoch: Int) -> Int { advance(epoch: epoch, batch: batches) }

  /// The label of class `base` under the present concept; a gradual shift counts as complete.
  public func label(base: UInt8) -> UInt8 { map[base] }

  /// The label, under the present concept, of a sample of class `base` shown `samplesSeen` samples from the beginning.
  ///
  /// During a gradual shift each presented sample's label is drawn from a stream of its own place.
  public func label(base: UInt8, samplesSeen: Int) -> UInt8 {
    let new = map[base]
    guard case .gradual(let width) = kind, shifts > 0, earlier[base] != new else { return new }
    let time = Double(samplesSeen - shiftTime - width)
    let chance = 1 / (1 + exp(-4 * time / Double(width)))
    var stream = RandomStream(seed: seed, "gradual", samplesSeen)
    return stream.bernoulli(chance) ? new : earlier[base]
  }
}

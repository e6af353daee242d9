/// Sixteen single-precision numbers that a kernel treats alike.
public typealias Lane = SIMD16<Float>

/// A block of zeroed lanes, aligned to a cache line, that lives as long as its owner; or a part of another block.
///
/// Threads may share one as long as they write to different parts of it.
public final class LaneBuffer: @unchecked Sendable {
  /// `[lane]`
  public let lanes: UnsafeMutablePointer<Lane>
  /// The same memory, number by number: `[16 · lane]`.
  public let scalars: UnsafeMutablePointer<Float>
  /// How many lanes there are.
  public let count: Int
  /// The block whose part this is.
  private let whole: LaneBuffer?

  /// A block of `count` lanes, all zero.
  public init(_ count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 64, alignment: 64)
    lanes = raw.initializeMemory(as: Lane.self, repeating: .zero, count: max(count, 1))
    scalars = raw.assumingMemoryBound(to: Float.self)
    self.count = count
    whole = nil
  }

  /// `count` lanes of `whole` from `start` on, in the same memory.
  public init(_ whole: LaneBuffer, from start: Int, count: Int) {
    precondition(start >= 0 && count >= 0 && start + count <= whole.count, "LaneBuffer: no such part")
    lanes = whole.lanes + start
    scalars = whole.scalars + start * 16
    self.count = count
    self.whole = whole
  }

  deinit { if whole == nil { lanes.deallocate() } }

  /// The numbers, padding included: `[16 · lane]`.
  public var contents: [Float] {
    get { Array(UnsafeBufferPointer(start: scalars, count: count * 16)) }
    set {
      precondition(newValue.count == count * 16, "LaneBuffer: contents of another size")
      newValue.withUnsafeBufferPointer { scalars.update(from: $0.baseAddress!, count: $0.count) }
    }
  }

  /// Takes the numbers of a block of the same size.
  public func copy(from other: LaneBuffer) { lanes.update(from: other.lanes, count: count) }

  /// Sets all numbers to zero.
  public func clear() { lanes.update(repeating: .zero, count: count) }

  /// Adds the numbers of a block of the same size.
  public func add(_ other: LaneBuffer) {
    for place in 0..<count { lanes[place] += other.lanes[place] }
  }
}

/// How many lanes hold `count` numbers.
@inlinable
public func lanes(for count: Int) -> Int { (count + 15) / 16 }

/// Input on its way to a population: for each of the coming steps, what will arrive at each neuron.
///
/// A slot holds one step's excitatory and inhibitory input, both as positive magnitudes, and one number of each kind
/// that reaches every neuron alike: a projection from all neurons to all with one weight costs one addition a spike,
/// whatever the size of the population.
public struct DelayRing: Sendable, Hashable {
  /// Neurons of the population.
  public let count: Int
  /// Slots: the longest delay that fits, in steps, and the present step.
  public let slotCount: Int
  /// `[slot, sign, neuron]`; excitatory input first.
  var values: [Double]
  /// `[slot, sign]`.
  var common: [Double]
  /// Whether a slot holds anything in ``values``.
  var isTouched: [Bool]

  /// An empty ring.
  ///
  /// - Parameters:
  ///   - count: neurons of the population.
  ///   - maximumDelay: steps, at least 1.
  public init(count: Int, maximumDelay: Int) {
    precondition(count >= 0 && maximumDelay >= 1, "DelayRing: the longest delay must be at least one step")
    self.count = count
    slotCount = maximumDelay + 1
    values = [Double](repeating: 0, count: 2 * count * slotCount)
    common = [Double](repeating: 0, count: 2 * slotCount)
    isTouched = [Bool](repeating: false, count: slotCount)
  }

  /// The slot of a step.
  @inline(__always)
  func slot(_ step: Int) -> Int { step % slotCount }

  /// Adds input to one neuron.
  ///
  /// - Parameters:
  ///   - weight: 0 or more.
  ///   - step: when it arrives: at most ``slotCount`` - 1 steps ahead.
  public mutating func add(_ weight: Double, to neuron: Int, at step: Int, isInhibitory: Bool = false) {
    let slot = slot(step)
    values[(2 * slot + (isInhibitory ? 1 : 0)) * count + neuron] += weight
    isTouched[slot] = true
  }

  /// Adds the same input to every neuron.
  public mutating func addToAll(_ weight: Double, at step: Int, isInhibitory: Bool = false) {
    common[2 * slot(step) + (isInhibitory ? 1 : 0)] += weight
  }

  /// Adds a row of input, one number for each neuron.
  mutating func add(row: UnsafePointer<Double>, at step: Int, isInhibitory: Bool) {
    let slot = slot(step)
    let count = count
    let start = (2 * slot + (isInhibitory ? 1 : 0)) * count
    values.withUnsafeMutableBufferPointer { values in
      let target = values.baseAddress! + start
      for neuron in 0..<count { target[neuron] += row[neuron] }
    }
    isTouched[slot] = true
  }

  /// What arrives at a neuron at a step, excitatory and inhibitory.
  public func input(of neuron: Int, at step: Int) -> (excitatory: Double, inhibitory: Double) {
    let slot = slot(step)
    return (
      values[2 * slot * count + neuron] + common[2 * slot],
      values[(2 * slot + 1) * count + neuron] + common[2 * slot + 1]
    )
  }

  /// Forgets the input of a step that has been used.
  public mutating func clear(_ step: Int) {
    let slot = slot(step)
    common[2 * slot] = 0
    common[2 * slot + 1] = 0
    guard isTouched[slot] else { return }
    isTouched[slot] = false
    let (start, end) = (2 * slot * count, 2 * (slot + 1) * count)
    values.withUnsafeMutableBufferPointer { $0[start..<end].update(repeating: 0) }
  }

  /// The same input in a ring with room for longer delays.
  func grown(to maximumDelay: Int, now step: Int) -> DelayRing {
    guard maximumDelay >= slotCount else { return self }
    var ring = DelayRing(count: count, maximumDelay: maximumDelay)
    for ahead in 0..<slotCount {
      let (old, new) = (slot(step + ahead), ring.slot(step + ahead))
      for sign in 0..<2 {
        ring.common[2 * new + sign] = common[2 * old + sign]
        for neuron in 0..<count {
          ring.values[(2 * new + sign) * count + neuron] = values[(2 * old + sign) * count + neuron]
        }
      }
      ring.isTouched[new] = isTouched[old]
    }
    return ring
  }
}

/// The state of a population. Times are steps of the present run.
struct ModulePopulation<Scalar: BinaryFloatingPoint & Sendable> {
  let potential, excitation, inhibition: UnsafeMutableBufferPointer<Scalar>
  /// When the potential may move again, and when the neuron may fire again.
  let freeFrom, readyFrom: UnsafeMutableBufferPointer<Int32>

  init(_ count: Int) {
    potential = .zeros(count)
    excitation = .zeros(count)
    inhibition = .zeros(count)
    freeFrom = .zeros(count)
    readyFrom = .zeros(count)
  }

  func reset(potential start: Scalar, readyFrom ready: Int32) {
    potential.update(repeating: start)
    excitation.update(repeating: 0)
    inhibition.update(repeating: 0)
    freeFrom.update(repeating: 0)
    readyFrom.update(repeating: ready)
  }

  /// Counts times from the end of a run.
  func advance(_ steps: Int32) {
    for n in freeFrom.indices {
      freeFrom[n] = max(0, freeFrom[n] - steps)
      readyFrom[n] = max(0, readyFrom[n] - steps)
    }
  }

  func deallocate() {
    for buffer in [potential, excitation, inhibition] { buffer.deallocate() }
    for buffer in [freeFrom, readyFrom] { buffer.deallocate() }
  }
}

extension UnsafeMutableBufferPointer where Element: Numeric {
  /// Memory of `count` zeros, to be deallocated by its owner.
  static func zeros(_ count: Int) -> Self {
    let buffer = Self.allocate(capacity: count)
    buffer.initialize(repeating: 0)
    return buffer
  }
}

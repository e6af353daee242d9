import Dispatch
import Synchronization

/// The number of hardware threads this process may use.
public var availableThreads: Int {
  // Dispatch's own pool is sized by the same number.
  max(1, activeProcessorCount())
}

/// Computes `body(0)`, …, `body(count - 1)` on up to `threads` threads and returns the results in index order.
///
/// Which thread computes which index is not fixed, so `body` must depend on its index alone: draw random
/// numbers from a stream of that index, and reduce the returned array in order. The result is then the same
/// for any number of threads.
///
/// - Parameters:
///   - count: number of independent parts, 0 or more.
///   - threads: most threads to use, at least 1; defaults to all the machine has.
///   - body: computes one part. It is called at most once for each index.
/// - Returns: the parts, in index order.
/// - Throws: the error of the lowest failing index among those that ran; no further part is started after a failure.
/// - Complexity: O(`count`) calls; each hand-out costs one atomic increment.
public func parallelMap<Result: Sendable>(
  count: Int, threads: Int = availableThreads, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  precondition(count >= 0, "parallelMap: count must not be negative")
  precondition(threads >= 1, "parallelMap: threads must be at least 1")
  if threads == 1 || count <= 1 { return try (0..<count).map(body) }
  let next = Atomic<Int>(0)
  let failure = Mutex<(index: Int, error: any Error)?>(nil)
  let results = [Result?](unsafeUninitializedCapacity: count) { buffer, initialized in
    buffer.initialize(repeating: nil)
    initialized = count
    nonisolated(unsafe) let slots = buffer  // each index writes one slot of its own
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        do {
          slots[index] = try body(index)
        } catch {
          next.store(count, ordering: .relaxed)
          failure.withLock { if $0 == nil || index < $0!.index { $0 = (index, error) } }
          return
        }
      }
    }
  }
  if let failed = failure.withLock({ $0 }) { throw failed.error }
  return results.map { $0! }
}

/// The same as the throwing form, for a `body` that cannot fail.
public func parallelMap<Result: Sendable>(
  count: Int, threads: Int = availableThreads, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let throwing: @Sendable (Int) throws -> Result = { body($0) }
  return try! parallelMap(count: count, threads: threads, throwing)
}

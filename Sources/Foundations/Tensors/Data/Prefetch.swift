import Foundation

/// Makes items one after another on a thread of its own, a few ahead of whoever takes them.
///
/// ```swift
/// let batches = Prefetch(count: 100) { index in try makeBatch(index) }
/// while let batch = try batches.next() { … }
/// ```
///
/// Items come in the order of their numbers. When nobody holds the object any more, the thread stops.
public final class Prefetch<Item: Sendable>: Sendable {
  private let line: Line

  /// What the thread and the taker share.
  private final class Line: @unchecked Sendable {
    let condition = NSCondition()
    let count: Int
    let depth: Int
    var ready: [Result<Item, any Error>] = []
    var taken = 0
    var isWanted = true

    init(count: Int, depth: Int) {
      self.count = count
      self.depth = depth
    }

    func fill(_ make: (Int) throws -> Item) {
      for index in 0..<count {
        condition.lock()
        while isWanted && ready.count >= depth { condition.wait() }
        let goesOn = isWanted
        condition.unlock()
        guard goesOn else { return }
        let result = Result { try make(index) }
        condition.lock()
        ready.append(result)
        condition.broadcast()
        condition.unlock()
        if case .failure = result { return }
      }
    }

    func next() throws -> Item? {
      condition.lock()
      defer { condition.unlock() }
      guard taken < count else { return nil }
      while ready.isEmpty { condition.wait() }
      taken += 1
      let result = ready.removeFirst()
      condition.broadcast()
      if case .failure = result { taken = count }
      return try result.get()
    }

    func stop() {
      condition.lock()
      isWanted = false
      condition.broadcast()
      condition.unlock()
    }
  }

  /// Starts making items.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - depth: most that wait to be taken, at least 1.
  ///   - make: makes the item of a number from 0; called on one other thread, in order. After it throws, no more
  ///     items are made.
  public init(count: Int, depth: Int = 2, _ make: @escaping @Sendable (Int) throws -> Item) {
    precondition(count >= 0 && depth >= 1, "Prefetch: count must not be negative and depth at least 1")
    let line = Line(count: count, depth: depth)
    self.line = line
    let thread = Thread { line.fill(make) }
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { line.stop() }

  /// The next item, when it is ready; `nil` after the last.
  ///
  /// - Throws: what making the item threw.
  public func next() throws -> Item? { try line.next() }
}

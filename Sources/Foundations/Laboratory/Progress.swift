import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far long work has come, on standard error: a bar on a terminal, plain lines every few seconds elsewhere.
public final class Progress: Sendable {
  private struct State {
    var label = ""
    var status = ""
    var total = 0.0
    var done = 0.0
    var started = 0.0
    var lastDrawn = -1e9
    var isOpen = false
  }

  private let state = Mutex(State())
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let columns: Int
  private let now: @Sendable () -> Double
  private let write: @Sendable (String) -> Void

  /// Progress on standard error.
  public convenience init(isQuiet: Bool) {
    var size = winsize()
    let isTerminal = isatty(STDERR_FILENO) == 1
    let columns =
      isTerminal && ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20
      ? Int(size.ws_col) : 80
    self.init(
      isQuiet: isQuiet, isTerminal: isTerminal, columns: columns,
      now: { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  /// Progress with a clock in seconds and a place for its text.
  package init(
    isQuiet: Bool, isTerminal: Bool, columns: Int, now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    (self.isQuiet, self.isTerminal, self.columns, self.now, self.write) = (
      isQuiet, isTerminal, columns, now, write
    )
  }

  /// Begins a piece of work.
  ///
  /// - Parameters:
  ///   - label: what is done.
  ///   - total: its amount, in any unit.
  public func begin(_ label: String, total: Double) {
    finish()
    state.withLock { $0 = State(label: label, total: total, started: now(), isOpen: true) }
    draw(force: true)
  }

  /// Adds to what is done.
  ///
  /// - Parameter status: shown beside the amount, such as `accuracy 0.83`.
  public func advance(by amount: Double, status: String? = nil) {
    state.withLock {
      $0.done += amount
      if let status { $0.status = status }
    }
    draw(force: false)
  }

  /// Ends the piece of work.
  public func finish() {
    guard state.withLock({ $0.isOpen }) else { return }
    state.withLock { $0.done = max($0.done, $0.total) }
    draw(force: true)
    state.withLock { $0.isOpen = false }
    if !isQuiet, isTerminal { write("\n") }
  }

  private func draw(force: Bool) {
    if isQuiet { return }
    let line = state.withLock { state -> String? in
      let time = now()
      guard state.isOpen, force || time - state.lastDrawn >= (isTerminal ? 0.1 : 5) else { return nil }
      state.lastDrawn = time
      return text(state, elapsed: time - state.started)
    }
    guard let line else { return }
    write(isTerminal ? "\r\u{1B}[K" + line : line + "\n")
  }

  private func text(_ state: State, elapsed: Double) -> String {
    let share = state.total > 0 ? min(1, state.done / state.total) : 0
    var parts = ["\(state.label) \(Int((share * 100).rounded(.down))) %"]
    if share > 0, share < 1, elapsed > 0.5 { parts.append("\(Self.clock(elapsed / share - elapsed)) left") }
    parts.append("\(Self.clock(elapsed)) so far")
    if !state.status.isEmpty { parts.append(state.status) }
    let tail = parts.joined(separator: " · ")
    guard isTerminal else { return tail }
    let room = columns - tail.count - 4
    guard room >= 8 else { return String(tail.prefix(columns - 1)) }
    let full = Int(share * Double(min(room, 30)))
    return "[" + String(repeating: "█", count: full) + String(repeating: "·", count: min(room, 30) - full)
      + "] " + tail
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 60
      ? "\(whole) s"
      : whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}

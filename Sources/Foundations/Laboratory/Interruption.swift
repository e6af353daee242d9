import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private let requests = Atomic<Int>(0)

/// The user asked the program to stop.
public struct Interrupted: Error, Hashable, CustomStringConvertible {
  /// One line.
  public var description: String { "stopped on request" }
  /// An interruption.
  public init() {}
}

/// Ctrl-C as a request: the first is noted, so that work can be saved; the second ends the program at once.
public enum Interruption {
  /// Begins to note SIGINT and SIGTERM, also when the parent process left them blocked.
  public static func install() {
    let handler: @convention(c) (Int32) -> Void = { signal in
      // Only an atomic is touched: a handler may interrupt anything.
      if requests.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + signal) }
    }
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
    var wanted = sigset_t()
    sigemptyset(&wanted)
    sigaddset(&wanted, SIGINT)
    sigaddset(&wanted, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
  }

  /// Whether a stop was asked for.
  public static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Throws ``Interrupted`` when a stop was asked for.
  public static func check() throws(Interrupted) { if isRequested { throw Interrupted() } }
}

import Foundation

/// Ends the program with one line when libhdf5 or libmatio crashes on a damaged file.
///
/// libhdf5 trusts some of what a file says about itself: about one in 300 files with random damage to their first bytes
/// takes it down (version 1.10.8; `h5dump` falls with it), and libmatio is no better. No error can be thrown from there,
/// because the memory may be damaged too. A program that would rather say which file it was calls
/// ``install(program:exitCode:)`` once.
public enum CrashGuard {
  /// From here on, a crash of either library while it reads a file ends the program: one line on standard error, which begins
  /// with the program's name and names the file, and an exit code. Other crashes stay what they are.
  public static func install(program: String, exitCode: Int32) {
    watch.begin = Array("\(program): ".utf8)
    watch.exitCode = exitCode
    for number in [SIGSEGV, SIGBUS, SIGFPE, SIGABRT] {
      signal(number) { number in
        signal(number, SIG_DFL)
        guard watch.isReading, pthread_equal(watch.reader, pthread_self()) != 0 else { return }
        // Only what may be called after a crash: no memory is taken, no lock is waited for.
        write(STDERR_FILENO, watch.line, watch.length)
        _exit(watch.exitCode)
      }
    }
  }

  /// Notes which file is being read in this thread while `body` runs.
  static func reading<Result, Failure: Error>(
    _ path: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard !watch.isReading else { return try body() }
    watch.note(path)
    watch.reader = pthread_self()
    watch.isReading = true
    defer { watch.isReading = false }
    return try body()
  }
}

/// What the handler needs, ready before a crash; changed only by the thread that holds the library's lock.
private struct Watch {
  static let capacity = 4096

  var begin: [UInt8] = []
  var exitCode: Int32 = 1
  var isReading = false
  var reader = pthread_self()
  let line = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  var length = 0

  mutating func note(_ path: String) {
    length = 0
    let end = ": the file is damaged so that the library for its format fails; fetch or copy it again\n"
    for part in [begin[...], Array(path.utf8).prefix(2048), Array(end.utf8)[...]] {
      for byte in part where length < Self.capacity {
        line[length] = byte
        length += 1
      }
    }
  }
}

nonisolated(unsafe) private var watch = Watch()

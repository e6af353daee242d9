import CHDF5
import Foundation
import NeuralData

/// The library as a whole: it is not safe on several threads, and prints its errors unless told not to.
enum Library {
  private static let lock = NSRecursiveLock()
  /// The library keeps a stack of errors for each thread, so each must be told not to print its own.
  private static func silence() { H5Eset_auto2(0, nil, nil) }

  /// Runs `body`, which reads a file, while no other thread uses the library.
  static func reading<Result>(
    _ path: String, _ body: () throws(FileError) -> Result
  ) throws(FileError) -> Result {
    try locked { () throws(FileError) in try CrashGuard.reading(path, body) }
  }

  /// The same for a `body` that cannot fail.
  static func reading<Result>(_ path: String, _ body: () -> Result) -> Result {
    locked { CrashGuard.reading(path, body) }
  }

  /// Runs `body` while no other thread uses the library.
  static func locked<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
    lock.lock()
    defer { lock.unlock() }
    silence()
    return try body()
  }

  /// The same for a `body` that cannot fail.
  static func locked<Result>(_ body: () -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    silence()
    return body()
  }

  /// What the library says about its last failure, the cause rather than the consequence.
  static var reason: String {
    var text = ""
    withUnsafeMutablePointer(to: &text) { text in
      _ = H5Ewalk2(
        0, H5E_WALK_UPWARD,
        { index, error, context in
          if index == 0, let words = error?.pointee.desc {
            context?.assumingMemoryBound(to: String.self).pointee = String(cString: words)
          }
          return 0
        }, text)
    }
    return text.isEmpty ? "HDF5 gives no reason" : text
  }
}

/// An open object of the library, closed with the value.
struct Handle: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  /// - Throws: `problem` when the library could not open the object.
  init(
    _ id: hid_t, _ close: @escaping (hid_t) -> herr_t, else problem: () -> FileError
  ) throws(FileError) {
    guard id >= 0 else { throw problem() }
    self.id = id
    self.close = close
  }

  deinit { _ = close(id) }
}

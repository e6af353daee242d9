import Foundation

/// A folder that goes with its owner.
final class Scratch {
  let path = NSTemporaryDirectory() + "neuropil-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

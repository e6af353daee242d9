import Foundation
import NeuralData

/// The state of unfinished work in one file: arrays and a value.
///
/// The file before the last is kept, so that damage to one costs one interval of work, not all.
public struct Checkpoint: Sendable {
  private let path: String
  private let configuration: String

  /// A checkpoint of work that is defined by `configuration`.
  ///
  /// - Parameters:
  ///   - path: where it is kept; the one before has `.previous` at its end.
  ///   - configuration: everything the result depends on.
  public init(path: String, configuration: some Encodable) {
    self.path = path
    self.configuration = JSONText.encode(configuration)
  }

  private var previous: String { path + ".previous" }

  /// Saves the state, whole or not at all.
  public func save(arrays: [String: NumericArray], state: some Encodable) throws(FileError) {
    let contents = SafeTensors.Contents(
      tensors: arrays,
      metadata: ["format": "1", "configuration": configuration, "state": JSONText.encode(state)])
    if FileManager.default.fileExists(atPath: path) { rename(path, previous) }
    try SafeTensors.write(contents, to: path)
  }

  /// The last state that is whole; `nil` when none was saved.
  ///
  /// - Throws: `FileError` when it belongs to other settings, or both files are damaged.
  public func load<State: Decodable>(_ type: State.Type) throws(FileError) -> (
    arrays: [String: NumericArray], state: State
  )? {
    var damage: FileError?
    for file in [path, previous] where FileManager.default.fileExists(atPath: file) {
      do throws(FileError) {
        let contents = try SafeTensors.read(file)
        guard contents.metadata["configuration"] == configuration else {
          throw FileError(
            .mismatched, file, "the checkpoint belongs to a run with other options",
            expected: "the same options as before",
            remedy: "repeat the earlier command line, or start anew without --resume")
        }
        guard let text = contents.metadata["state"],
          let state = try? JSONDecoder().decode(State.self, from: Data(text.utf8))
        else {
          throw FileError(.damaged, file, "the checkpoint's state cannot be read")
        }
        return (contents.tensors, state)
      } catch {
        if error.kind == .mismatched { throw error }
        damage = damage ?? error
      }
    }
    if let damage { throw damage }
    return nil
  }

  /// Removes the files of finished work.
  public func remove() {
    unlink(path)
    unlink(previous)
  }
}

import Foundation
import NeuralData

/// The outermost structure of a MATLAB file of version 5 or 7: blocks that must fill the file exactly.
///
/// A library that reads a cut file may trust its lengths, so they are checked first.
enum BlockStructure {
  static func check(_ path: String) throws(FileError) {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
      throw FileError(.unreadable, path, "cannot be read", remedy: "check its permissions")
    }
    let isSwapped: Bool
    switch (bytes[bytes.startIndex + 126], bytes[bytes.startIndex + 127]) {
    case (0x49, 0x4D): isSwapped = false
    case (0x4D, 0x49): isSwapped = true
    default: throw FileError(.damaged, path, at: "byte 126", "the byte order is not told")
    }
    func word(_ place: Int) -> Int {
      let start = bytes.startIndex + place
      let parts = (0..<4).map { UInt32(bytes[start + (isSwapped ? 3 - $0 : $0)]) }
      return Int(parts[0] | parts[1] << 8 | parts[2] << 16 | parts[3] << 24)
    }
    var place = 128
    while place < bytes.count {
      guard place + 8 <= bytes.count else {
        throw FileError(
          .damaged, path, at: "byte \(place)", "the file is cut short", remedy: "fetch or copy it again")
      }
      let (kind, length) = (word(place), word(place + 4))
      // 14 is an array, 15 a compressed one; nothing else may stand at the outermost level.
      guard kind == 14 || kind == 15 else {
        throw FileError(
          .damaged, path, at: "byte \(place)", "a block is of kind \(kind)", expected: "14 or 15")
      }
      guard length > 0, length <= bytes.count - place - 8 else {
        throw FileError(
          .damaged, path, at: "byte \(place)", "a block of \(length) bytes does not fit into the file",
          remedy: "fetch or copy it again")
      }
      place += 8 + length
    }
  }
}

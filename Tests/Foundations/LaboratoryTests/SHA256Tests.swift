import Foundation
import Laboratory
import NeuralData
import Testing

@Suite struct SHA256Tests {
  /// The examples of FIPS 180-4's companion document, and the empty message of the NIST test vectors.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func publishedVectors(message: String, digest: String) {
    var ours = SHA256()
    ours.update(Array(message.utf8))
    #expect(ours.hexadecimal == digest)
  }

  /// The third example of FIPS 180-2: a million times the letter a.
  @Test func aMillionLetters() {
    var ours = SHA256()
    ours.update([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
    #expect(ours.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// The digest does not depend on how the bytes are cut, at any length around the ends of blocks.
  @Test func piecesMakeNoDifference() {
    let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 >> 3) }
    for length in 0...260 {
      var whole = SHA256()
      whole.update(Array(bytes.prefix(length)))
      for size in [1, 7, 63, 64, 65] {
        var pieces = SHA256()
        for start in stride(from: 0, to: length, by: size) {
          pieces.update(Array(bytes[start..<min(length, start + size)]))
        }
        #expect(pieces.hexadecimal == whole.hexadecimal)
      }
    }
  }

  @Test func filesAreReadInPieces() throws {
    let scratch = try Scratch()
    let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 3 << 20 | 5)
    try AtomicFile.write(bytes, to: scratch.file("f"))
    var whole = SHA256()
    whole.update(bytes)
    #expect(try SHA256.hexadecimal(ofFile: scratch.file("f")) == whole.hexadecimal)
    #expect(throws: FileError.self) { try SHA256.hexadecimal(ofFile: scratch.file("none")) }
  }
}

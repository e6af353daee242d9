import Foundation
import NeuralData
import Probability
import Testing

@Suite struct PictureTests {
  private func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
  }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
  }

  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  @Test(
    arguments: [
      "colour.jpg", "progressive.jpg", "grey.jpg", "colour.png", "grey.png", "bits.png", "palette.png",
      "deep.png",
      "transparent.png",
    ])
  func asPillowReadsThem(name: String) throws {
    let picture = try RasterImage.read(fixture(name))
    let expected = try NPY.read(fixture(name.replacing(".", with: "_") + ".npy"))
    #expect([picture.height, picture.width] + (picture.isGrey ? [] : [3]) == expected.shape)
    #expect(picture.pixels == expected.bytes)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let pixels = (0..<(5 * 4 * 3)).map { UInt8($0 * 4) }
    let colour = try RasterImage.decode(PNG.encode(rgb: pixels, width: 5, height: 4), path: "f")
    #expect(colour == RasterImage(width: 5, height: 4, channels: 3, pixels: pixels))
    let grey = try RasterImage.decode(
      PNG.encode(grey: Array(pixels.prefix(20)), width: 5, height: 4), path: "f")
    #expect(grey == RasterImage(width: 5, height: 4, channels: 1, pixels: Array(pixels.prefix(20))))
  }

  @Test func greyFollowsItsWeights() {
    let primaries = RasterImage(
      width: 5, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0])
    #expect(primaries.grey().pixels == [76, 150, 29, 255, 0])  // 255 × (0.299, 0.587, 0.114)
    #expect(primaries.grey().grey() == primaries.grey())
  }

  @Test func refusals() throws {
    #expect(
      message { _ = try RasterImage.decode([1, 2, 3], path: "f") }
        == "f: this is neither a PNG nor a JPEG picture; expected a .png or .jpg file")
    #expect(
      message { _ = try RasterImage.decode([], path: "f") }?.contains("neither") == true)
    for name in ["colour.jpg", "colour.png"] {
      #expect(
        message { _ = try RasterImage.decode(bytes(name), path: "f", mostPixels: 700) }
          == "f: the picture has 34 × 21 pixels; expected at most 700 in all; make it smaller")
    }
    #expect(message { _ = try RasterImage.read(fixture("printer.jpg")) }?.contains("printer") == true)
    for name in ["colour.jpg", "progressive.jpg", "grey.jpg", "colour.png", "grey.png"] {
      let whole = try bytes(name)
      for part in [0.3, 0.6, 0.8] {
        let cut = Array(whole.prefix(Int(part * Double(whole.count))))
        let text = message { _ = try RasterImage.decode(cut, path: "f") }
        #expect(text?.contains("cannot be read") == true)
        #expect(text?.contains("\n") == false)
      }
    }
  }

  @Test func absurdSizesTakeNoMemory() throws {
    var jpeg = try bytes("grey.jpg")
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange((frame + 5)..<(frame + 9), with: [0xFF, 0, 0xFF, 0])
    #expect(message { _ = try RasterImage.decode(jpeg, path: "f") }?.contains("65280 × 65280 pixels") == true)
  }

  /// Cut and changed pictures give an error or a picture, never a crash.
  @Test(arguments: ["colour.jpg", "progressive.jpg", "grey.jpg", "colour.png", "palette.png", "deep.png"])
  func damagedPicturesNeverCrash(name: String) throws {
    let whole = try bytes(name)
    var failures = 0
    for length in 0..<whole.count {
      do { _ = try RasterImage.decode(Array(whole.prefix(length)), path: "f") } catch { failures += 1 }
    }
    var stream = RandomStream(seed: 5, name)
    for _ in 0..<1000 {
      var changed = whole
      for _ in 0...stream.integer(below: 4) {
        changed[stream.integer(below: changed.count)] = UInt8(stream.integer(below: 256))
      }
      do { _ = try RasterImage.decode(changed, path: "f") } catch { failures += 1 }
    }
    #expect(failures > whole.count / 2)
  }
}

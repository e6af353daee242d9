import ActivePruning
import Foundation
import Tensors
import Testing

struct NetworkChoiceTests {
  @Test("every name gives the network of that name", arguments: NetworkChoice.names)
  func names(_ name: String) throws {
    let choice = try #require(NetworkChoice(name))
    #expect(choice.name == (name == "mlp" ? "mlp-300-100" : name))
    #expect(NetworkChoice(choice.name) == choice)
  }

  @Test(
    "other names give none",
    arguments: [
      "", "resnet", "resnet21", "mlp-", "mlp-0", "mlp--5", "mlp-3-x", "mlp-2000000", "MLP", "mlp300",
      "mlp" + String(repeating: "-5", count: 40),
    ])
  func unknown(_ name: String) { #expect(NetworkChoice(name) == nil) }

  @Test("sides that networks need")
  func sides() throws {
    func shape(_ side: Int) throws -> ImageShape {
      try #require(ImageShape(channels: 1, rows: side, columns: side, classes: 10))
    }
    #expect(try NetworkChoice.vgg19.side(for: shape(28)) == 32)
    #expect(try NetworkChoice.leNet5.side(for: shape(8)) == 28)
    #expect(try NetworkChoice.leNet5.side(for: shape(30)) == 32)
    #expect(try NetworkChoice.residual(layers: 20).side(for: shape(64)) == nil)
    #expect(try NetworkChoice("mlp")!.side(for: shape(64)) == nil)
    let error = #expect(throws: ImageShape.Unfit.self) { try NetworkChoice.vgg19.side(for: shape(64)) }
    #expect(
      error?.description
        == "the network vgg19 takes images of 32 × 32 pixels, but these have 64 × 64; resize them, or choose another network"
    )
  }

  @Test("shapes of files are bounded")
  func shapes() throws {
    #expect(ImageShape(channels: 0, rows: 1, columns: 1, classes: 1) == nil)
    #expect(ImageShape(channels: 1, rows: 1 << 40, columns: 1, classes: 1) == nil)
    let text = #"{"channels":1,"rows":-3,"columns":1,"classes":2}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(ImageShape.self, from: Data(text.utf8)) }
  }

  @Test("built for images", .enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
  func built() throws {
    let grey = try #require(ImageShape(channels: 1, rows: 32, columns: 32, classes: 7))
    for name in ["mlp-5", "lenet5", "resnet20", "mobilenetv2", "densenet40"] {
      let network = try #require(NetworkChoice(name)).network(for: grey, seed: 3)
      let scores = try network(Tensor.zeros([2, 1, 32, 32]), in: .inference())
      #expect(scores.shape == [2, 7], "\(name)")
    }
    let colour = try #require(ImageShape(channels: 3, rows: 32, columns: 32, classes: 10))
    #expect(try NetworkChoice("resnet20")!.network(for: colour, seed: 1).parameterCount == 272_474)
    #expect(throws: ImageShape.Unfit.self) {
      try NetworkChoice.vgg19.network(
        for: ImageShape(channels: 1, rows: 28, columns: 28, classes: 7)!, seed: 1)
    }
    #expect(throws: TensorError.self) {
      try NetworkChoice("mlp-1000000-1000000")!.network(for: grey, seed: 1)
    }
  }

  @Test("a seed fixes the weights", .enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
  func seeds() throws {
    let shape = try #require(ImageShape(channels: 1, rows: 8, columns: 8, classes: 3))
    func first(_ seed: UInt64) throws -> [Float] {
      try #require(NetworkChoice("mlp-4")).network(for: shape, seed: seed).parameters[0].parameter.value
        .scalars(as: Float.self)
    }
    #expect(try first(1) == first(1))
    #expect(try first(1) != first(2))
  }
}

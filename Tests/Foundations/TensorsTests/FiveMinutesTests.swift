import Foundation
import NeuralData
import Probability
import Tensors
import Testing

/// The article FiveMinutes, line for line, so that what it shows compiles and gives what it says.
@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct FiveMinutesTests {
  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: ImageClassificationData.installedFashionMNIST),
      "Fashion-MNIST is not installed"))
  func theArticleRuns() throws {
    var printed: [String] = []
    func print(_ value: Any) { printed.append("\(value)") }

    let x = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    let y = try (x * 2 + 1).sum(along: 0)
    print(try y.scalars(as: Float.self))
    print(try x[0, 1].item())
    print(try x[TensorSlice.all, -1])
    do {
      print(try x + Tensor([1, 2, 3] as [Float]))
    } catch {
      print(error)
    }

    let slope = try gradient(at: x) { x throws(TensorError) in try x.sin().sum() }
    #expect(try abs(slope[0, 0].item() - cos(1)) < 1e-6)

    var stream = RandomStream(seed: 1, "weights")
    let network = Sequential(
      try Convolution(1, 16, window: [3, 3], padding: 1, using: &stream),
      try BatchNormalisation(16), Activation.relu(), Pooling.global(),
      try Linear(16, 10, using: &stream))
    print(network.parameters.map(\.path))

    let data = try ImageClassificationData.read(ImageClassificationData.installedFashionMNIST)
    let images = ImageSet(data.training).subset(0..<512)
    let loader = ImageBatches(images, size: 64, augmentation: .normalising(images), shufflingBy: 1)
    let optimiser = SGD(network.parameters, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    for epoch in 0..<2 {
      let pass = Pass.training(RandomStream(seed: 1, "pass", epoch))
      let batches = loader.epoch(epoch)
      while let batch = try batches.next() {
        let loss = try Loss.crossEntropy(network(batch.images, in: pass), labels: batch.labels)
        try optimiser.minimise(loss)
      }
    }
    let image = try Tensor.zeros([1, 1, 28, 28])
    let scores = try withoutGradients { () throws(TensorError) in try network(image, in: .inference()) }
    print(scores.shape)

    let file = NSTemporaryDirectory() + "five-minutes-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try TensorFiles.write(network.state, to: file)
    try network.load(TensorFiles.read(file))

    #expect(printed.count == 6)
    #expect(printed[0] == "[10.0, 14.0]" && printed[1] == "2.0" && printed[2].hasSuffix("[2.0, 4.0]"))
    #expect(
      printed[3].hasPrefix(
        "add of float32 [2, 2] on cpu and float32 [3] on cpu: The size of tensor a (2) must match"))
    #expect(
      printed[4] == #"["0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias"]"#
        && printed[5] == "[1, 10]")
  }

  /// Every line of code in the article stands in this file.
  @Test func theArticleIsThisFile() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let article = folder.appendingPathComponent("Sources/Foundations/Tensors/Tensors.docc/FiveMinutes.md")
    let text = try String(contentsOf: article, encoding: .utf8)
    let own = try String(contentsOfFile: #filePath, encoding: .utf8)
    let lines = Set(own.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    var isCode = false
    var count = 0
    for line in text.split(separator: "\n") {
      if line.hasPrefix("```") {
        isCode = line == "```swift"
        continue
      }
      let code = String(line.split(separator: "//", omittingEmptySubsequences: false)[0])
        .trimmingCharacters(in: .whitespaces)
      guard isCode, !code.isEmpty, code != #"let file = "network.safetensors""# else { continue }
      count += 1
      #expect(lines.contains(code), "\(code)")
    }
    #expect(count > 30)
  }
}

import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct NetworkCheckpointTests {
  private let choice = NetworkChoice.multilayerPerceptron(hidden: [5])
  private let shape = ImageShape(channels: 1, rows: 3, columns: 3, classes: 4)!

  private func checkpoint() throws -> NetworkCheckpoint {
    let network = try choice.network(for: shape, seed: 7)
    let start = network.state
    var mask = Mask(allOf: WeightTable(of: network))
    mask.prune([0, 3, 46])
    _ = try MaskedWeights(mask, in: network)
    return try NetworkCheckpoint(
      of: network, choice: choice, shape: shape, seed: 7,
      preprocessing: Augmentation(cropPadding: 2, flips: true, means: [0.5], deviations: [2]), start: start,
      mask: mask)
  }

  /// The file with one array or text put in another's place.
  private func damaged(
    _ change: (inout SafeTensors.Contents) -> Void, _ scratch: borrowing Scratch
  ) throws -> String {
    try checkpoint().write(to: scratch.file("good"), version: "1")
    var contents = try SafeTensors.read(scratch.file("good"))
    change(&contents)
    try SafeTensors.write(contents, to: scratch.file("bad"))
    do {
      _ = try NetworkCheckpoint.read(scratch.file("bad"))
      return "read"
    } catch {
      return error.description.replacing(scratch.file("bad"), with: "FILE")
    }
  }

  @Test("what is written is read")
  func roundTrip() throws {
    let scratch = try Scratch()
    let written = try checkpoint()
    try written.write(to: scratch.file("network.safetensors"), version: "1")
    let read = try NetworkCheckpoint.read(scratch.file("network.safetensors"))
    #expect(read.choice == choice && read.shape == shape && read.seed == 7 && !read.isShrunk)
    #expect(read.preprocessing == Augmentation(means: [0.5], deviations: [2]))
    #expect(read.weights == written.weights && read.start == written.start && read.masks == written.masks)
    let network = try read.network()
    let mask = try #require(try read.mask(in: network))
    #expect(mask.aliveCount == 65 - 3 && mask.isAlive[46] == 0)
    #expect(try read.startTensors()?["1.weight"]?.shape == [5, 9])
    let image = try Tensor.ones([1, 1, 3, 3])
    let original = try written.network()
    let expected = try original(image, in: .inference())
    let found = try network(image, in: .inference())
    #expect(try found.scalars(as: Float.self) == expected.scalars(as: Float.self))
    // No minus zero where weights are pruned.
    #expect(read.weights["1.weight"]!.bytes[..<4] == [0, 0, 0, 0])
  }

  @Test("damaged files each get one line")
  func damage() throws {
    let scratch = try Scratch()
    let ones = NumericArray([Float](repeating: 1, count: 45), shape: [5, 9])
    #expect(
      try damaged({ $0.metadata["format"] = "neuropil-network-9" }, scratch)
        == "FILE: the file has the format 'neuropil-network-9'; expected 'neuropil-network-1'; use the version of neuropil that wrote it, 1"
    )
    #expect(
      try damaged({ $0.metadata["format"] = nil }, scratch)
        == "FILE: the file does not say which network it holds; expected a checkpoint of 'neuropil prune run'; name the network with --network"
    )
    #expect(
      try damaged({ $0.metadata["network"] = "resnet19" }, scratch).hasPrefix(
        "FILE, metadata 'network': there is no network 'resnet19'; expected one of mlp"))
    #expect(
      try damaged({ $0.metadata["shape"] = "{}" }, scratch)
        == "FILE, metadata 'shape': it is missing or cannot be read")
    #expect(
      try damaged({ $0.tensors["1.weight"] = nil }, scratch).contains(
        "'1.weight' is among the weights or those at the start, but not both"))
    #expect(
      try damaged(
        {
          $0.tensors["1.weight"] = nil
          $0.tensors["start/1.weight"] = nil
          $0.tensors["mask/1.weight"] = nil
        }, scratch) == "FILE, '1.weight'"
        + ": it is missing; expected [5, 9], as mlp-5 has for these images")
    #expect(
      try damaged({ $0.metadata["network"] = "mlp-1000000" }, scratch)
        == "FILE, '1.weight': it has the shape [5, 9]; expected [1000000, 9], as mlp-1000000 has for these images"
    )
    #expect(
      try damaged({ $0.tensors["mask/1.weight"] = ones }, scratch).contains(
        "expected uint8 of the shape [5, 9]"))
    #expect(
      try damaged({ $0.tensors["1.weight"] = ones }, scratch).contains(
        "the mask says that it is pruned, but it is not 0"))
    var bytes = [Float](repeating: 0, count: 45)
    bytes[7] = .nan
    #expect(
      try damaged({ $0.tensors["1.weight"] = NumericArray(bytes, shape: [5, 9]) }, scratch)
        == "FILE, '1.weight', number 7: it is infinite or not a number; expected finite weights; train again with a lower learning rate"
    )
    #expect(
      try damaged({ $0.tensors["start/1.weight"] = NumericArray([Float(1)]) }, scratch).contains(
        "'start/1.weight': it has the shape [1]"))
    func preprocessing(_ means: String, _ deviations: String) -> (inout SafeTensors.Contents) -> Void {
      {
        $0.metadata["preprocessing"] =
          #"{"cropPadding":0,"flips":false,"means":\#(means),"deviations":\#(deviations)}"#
      }
    }
    #expect(
      try damaged(preprocessing("[0]", "[0]"), scratch)
        == "FILE: its deviations of pixels are [0.0]; expected numbers above 0")
    #expect(
      try damaged(preprocessing("[0,1]", "[]"), scratch)
        == "FILE: its means and deviations of pixels are [0.0, 1.0]; expected none, or a finite number for each of 1 channels"
    )
    #expect(
      try damaged({ $0.metadata["network"] = "resnet20" }, scratch)
        == "FILE: its images have 3 × 3 pixels; expected 32 × 32, which resnet20 takes")
    #expect(
      try damaged({ $0.tensors = [:] }, scratch) == "FILE: the file holds no weights; expected a network")
  }

  @Test("no truncation or foreign bytes crash the reader")
  func foreign() throws {
    let scratch = try Scratch()
    try checkpoint().write(to: scratch.file("good"))
    let bytes = [UInt8](try #require(FileManager.default.contents(atPath: scratch.file("good"))))
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) {
      try AtomicFile.write(bytes[..<length], to: scratch.file("bad"))
      #expect(throws: FileError.self) { try NetworkCheckpoint.read(scratch.file("bad")) }
    }
    // A changed byte gives another network or an error.
    var stream = RandomStream(seed: 1, "damage")
    for _ in 0..<200 {
      var changed = bytes
      changed[stream.integer(below: bytes.count)] ^= UInt8(1 << stream.integer(below: 8))
      try AtomicFile.write(changed, to: scratch.file("bad"))
      do {
        _ = try NetworkCheckpoint.read(scratch.file("bad")).network()
      } catch {
        #expect(error is any ReportableError, "\(error)")
      }
    }
    try AtomicFile.write("not a network", to: scratch.file("bad.pt"))
    #expect(throws: FileError.self) { try NetworkCheckpoint.read(scratch.file("bad.pt")) }
    #expect(throws: FileError.self) { try NetworkCheckpoint.read(scratch.file("missing")) }
  }

  @Test("plain weights, also with the masks of torch.nn.utils.prune")
  func plain() throws {
    let scratch = try Scratch()
    let state = try choice.network(for: shape, seed: 2).state
    try TensorFiles.write(state, to: scratch.file("plain.safetensors"))
    #expect(throws: FileError.self) { try NetworkCheckpoint.read(scratch.file("plain.safetensors")) }
    let read = try NetworkCheckpoint.read(scratch.file("plain.safetensors"), choice: choice, shape: shape)
    let bias = try read.network().state["3.bias"]?.scalars(as: Float.self)
    #expect(try bias == state["3.bias"]?.scalars(as: Float.self))
    // Another network's weights.
    let grey = try #require(ImageShape(channels: 1, rows: 28, columns: 28, classes: 4))
    let other = try NetworkCheckpoint.read(scratch.file("plain.safetensors"), choice: .leNet5, shape: grey)
    let error = #expect(throws: FileError.self) { try other.network() }
    #expect(
      error?.description
        == "\(scratch.path)/plain.safetensors: there is nothing for '0.bias', '0.weight', '11.bias' and 5 more; expected the weights of lenet5"
    )

    var masked: [String: Tensor] = [:]
    for (name, tensor) in state { masked["module.\(name)"] = tensor }
    masked["module.1.weight_orig"] = masked.removeValue(forKey: "module.1.weight")
    masked["module.1.weight_mask"] = try Tensor(
      (0..<45).map { $0 == 4 ? Float(0) : 1 }, shape: [5, 9])
    try TensorFiles.write(masked, to: scratch.file("masked.safetensors"))
    let pruned = try NetworkCheckpoint.read(scratch.file("masked.safetensors"), choice: choice, shape: shape)
    #expect(pruned.masks["1.weight"]?.bytes.filter { $0 == 0 }.count == 1)
    #expect(try pruned.weights["1.weight"]?.values(as: Float.self)[4] == 0)
  }

  /// Made by PyTorch (Fixtures/make_checkpoint.py): a dictionary of weights with masks, among other things.
  @Test("what a training program of PyTorch saved")
  func torch() throws {
    let path = try #require(Bundle.module.resourcePath) + "/Fixtures/pruned.pt"
    let read = try NetworkCheckpoint.read(path, choice: choice, shape: shape)
    #expect(read.masks["1.weight"]?.bytes.count { $0 == 1 } == 18 && read.weights.count == 4)
    let network = try read.network()
    let ramp = try Tensor((0..<9).map { Float($0) / 8 }, shape: [1, 1, 3, 3])
    let scores = try network(ramp, in: .inference()).scalars(as: Float.self)
    let expected: [Float] = [-1.4684465, -2.693961, -1.8124582, -1.5645359]
    #expect(zip(scores, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(scores)")
    let error = #expect(throws: FileError.self) { try NetworkCheckpoint.read(path) }
    #expect(error?.description.hasSuffix("name the network with --network") == true)
  }

  @Test("images have to fit")
  func fitting() throws {
    func data(side: Int, classes: Int) throws -> PruningData {
      let images = try ImageSet(
        pixels: [UInt8](repeating: 0, count: 2 * side * side), channels: 1, rows: side, columns: side,
        labels: [0, classes - 1], classes: classes, source: "x")
      return try PruningData(training: images, test: images, source: "x")
    }
    let checkpoint = try checkpoint()
    #expect(try checkpoint.fitting(data(side: 3, classes: 4)).shape == shape)
    let classes = #expect(throws: FileError.self) { try checkpoint.fitting(data(side: 3, classes: 5)) }
    #expect(
      classes?.description
        == "x: the images have 5 classes; expected 4, which the network tells apart")
    #expect(throws: FileError.self) { try checkpoint.fitting(data(side: 4, classes: 4)) }
  }
}

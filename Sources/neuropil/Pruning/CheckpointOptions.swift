import ActivePruning
import ArgumentParsing
import Foundation
import NeuralData
import Tensors

/// Which network's weights are read.
struct CheckpointOptions: ArgumentGroup {
  static var title: String { "NETWORK" }
  init() {}
  @Option(
    "The network's file: of 'prune run' or 'prune shrink', or plain weights of PyTorch together with --network.",
    valueName: "FILE", completion: .file)
  var checkpoint: String?
  @Option(
    "Which network plain weights belong to, such as resnet20 or mlp-300-100; without --checkpoint its weights are drawn from --seed."
  )
  var network: NetworkChoice?
  @Flag("Plain weights were trained on images of mean 0 and deviation 1; else on pixels from 0 to 1.")
  var standardised

  /// The network and images that fit it.
  func read(with images: ImageOptions, seed: UInt64) throws -> (
    checkpoint: NetworkCheckpoint, data: PruningData
  ) {
    guard checkpoint != nil || network != nil else {
      throw UsageError("--checkpoint is missing: give the network's file, or --network for drawn weights")
    }
    let data = try images.read()
    guard let checkpoint else {
      let choice = network!
      let data = try data.fitting(choice)
      let drawn = try choice.network(for: data.shape, seed: seed)
      return (
        try NetworkCheckpoint(
          of: drawn, choice: choice, shape: data.shape, seed: seed,
          preprocessing: data.preprocessing(isStandardised: standardised)), data
      )
    }
    let fitted = try network.map { choice throws(ImageShape.Unfit) in try data.fitting(choice) } ?? data
    let read = try NetworkCheckpoint.read(
      checkpoint, choice: network, shape: fitted.shape,
      preprocessing: fitted.preprocessing(isStandardised: standardised))
    return (read, try read.fitting(data))
  }
}

import ActivePruning
import ArgumentParsing
import Foundation
import NeuralData
import Tensors

extension NetworkChoice: OptionValue {
  /// Reads a name.
  public init?(argument: String) { self.init(argument) }
  /// `NETWORK`
  public static var valueName: String { "NETWORK" }
  /// Every name.
  public static var allowedWords: [String] { names }
  /// The name.
  public var argumentText: String { name }
}

/// Where tensors are computed.
struct DeviceOptions: ArgumentGroup {
  static var title: String { "DEVICE" }
  init() {}
  @Option("Where tensors are computed: cpu, cuda, cuda:1 and so on, or mps.") var device = "cpu"

  /// The device; says in one line when LibTorch is missing or there is no such device.
  func chosen() throws -> Device { try Device(named: device) }
}

/// Which images a network is trained on and judged by.
struct ImageOptions: ArgumentGroup {
  static var title: String { "IMAGES" }
  init() {}
  @Option(
    "A folder of IDX files, of CIFAR-10 or CIFAR-100 batches, or with a folder of pictures for each class (also in 'train' and 'test'); a CSV table, an npz archive, or 'digits'. The installed Fashion-MNIST unless given.",
    valueName: "PATH", completion: .file)
  var data: String?
  @Option("Only the first N training images.") var trainingImages: Int?
  @Option("Only the first N test images.") var testImages: Int?

  /// The path to read, `digits` and the default resolved.
  var path: String {
    guard let data else { return ImageClassificationData.installedFashionMNIST }
    return data == "digits" ? ImageClassificationData.installedDigits ?? data : data
  }

  /// The images as the files hold them.
  func read() throws -> PruningData {
    try PruningData.read(path).prefix(training: trainingImages, test: testImages)
  }
}

import ArgumentParsing
import PlaceRecognition

/// What modules are like, and how places are put into them.
struct ModuleOptions: ArgumentGroup {
  static var title: String { "MODULES" }
  init() {}
  @Option("Places of a module.") var moduleSize = 25
  @Option("Excitatory neurons of a module.") var neurons = 400
  @Option("Last epochs whose spikes assign neurons to places; 5, or half of fewer epochs, unless given.")
  var assignmentEpochs: Int?
  @Option("Modules of other seeds for each region, whose scores are added.") var members = 1
  @Option("Width and height of the modules' input in pixels.") var pixels = 28
  @Option("Side of the patch for normalisation, odd.") var patch = 7
  @Option("What an input spike does to its synapse: as the program was released, or as Diehl and Cook wrote.")
  var preSign = ModuleParameters.PreSign.asReleased
  @Option("Arithmetic: float64 is the exact kernel.") var precision = Precision.float32
  @Flag("Puts places into modules in the published program's random order.") var publishedOrder
  @Option("With --published-order: places that come first, for calibration.") var calibrationPlaces = 0

  func validate() throws {
    guard publishedOrder || calibrationPlaces == 0 else {
      throw UsageError("--calibration-places needs --published-order")
    }
  }

  func settings(epochs: Int, seed: UInt64) -> MapSettings {
    var parameters = ModuleParameters()
    parameters.neurons = neurons
    parameters.preSign = preSign
    return MapSettings(
      parameters: parameters, preprocessing: Preprocessing(rows: pixels, columns: pixels, patch: patch),
      training: TrainingSettings(epochs: epochs, assignmentEpochs: assignmentEpochs, precision: precision),
      moduleSize: moduleSize, members: members, seed: seed)
  }

  func order(places: Int, seed: UInt64) throws -> [Int]? {
    publishedOrder
      ? try PublishedOrder.order(
        places: places, calibration: calibrationPlaces, seed: UInt32(truncatingIfNeeded: seed)) : nil
  }
}

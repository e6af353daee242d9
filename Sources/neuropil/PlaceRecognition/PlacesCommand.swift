import ArgumentParsing
import PlaceRecognition

/// Places recognised by an ensemble of small spiking networks.
struct PlacesCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "places",
      abstract:
        "Recognises places with an ensemble of small spiking networks, one a region (Hussaini, Milford and Fischer 2023).",
      discussion:
        "A map is built from one or more drives along a route, one image a place. A query image gets the place whose neurons fire most.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --conditions spring,fall,summer --out /tmp/neuropil-route && neuropil places build --reference /tmp/neuropil-route/spring --reference /tmp/neuropil-route/fall --module-size 5 --neurons 50 --epochs 2 --out /tmp/neuropil-map && neuropil places evaluate --map /tmp/neuropil-map --query /tmp/neuropil-route/summer",
          "A route, its map, and how well a third drive is recognised.")
      ],
      subcommands: [
        SynthesizeCommand.self, BuildCommand.self, ShowCommand.self, AddCommand.self, RemoveCommand.self,
        TuneCommand.self, CalibrateCommand.self, RecognizeCommand.self, EvaluateCommand.self,
        BaselineCommand.self, GradedCommand.self, ImportCommand.self, ExportCommand.self,
      ])
  }
}

extension Precision: OptionValue {}
extension NeuronalAssignment.Rule: OptionValue {}
extension ModuleParameters.PreSign: OptionValue {}

/// Which pictures make a traverse.
struct TraverseOptions: ArgumentGroup {
  static var title: String { "PICTURES" }
  init() {}
  @Option("Takes every Nth picture as a place; 8 for Nordland.") var skip = 1
  @Option("The first picture, counted from 0.") var first = 0
  @Option("The number of places; all there are unless given.") var places: Int?
  @Option(
    "Where the paths of a list begin; the list's folder unless given.", valueName: "DIR",
    completion: .folder)
  var root: String?
  @Flag("The pictures are preprocessed already.") var preprocessed

  var selection: TraverseSelection {
    TraverseSelection(skip: skip, first: first, places: places, root: root, isPreprocessed: preprocessed)
  }
}

/// The drives that a map is learned from.
struct ReferenceOptions: ArgumentGroup {
  static var title: String { "DRIVES" }
  init() {}
  @Option(
    "A drive: a folder of pictures, a list of their paths, or an .npy array; give one option for each drive.",
    valueName: "PATH", completion: .file)
  var reference: [String] = []

  func validate() throws {
    guard !reference.isEmpty else {
      throw UsageError("--reference is missing: give at least one drive along the route")
    }
  }

  /// Reads the drives, which must show the same places, and warns of pictures that show nothing.
  func read(_ pictures: TraverseOptions, _ preprocessing: Preprocessing, threads: Int, quiet: Bool) throws
    -> [Traverse]
  {
    let drives = try reference.map {
      try Traverse.read($0, pictures.selection, preprocessing: preprocessing, threads: threads)
    }
    try Traverse.validate(drives)
    warnOfFlatPictures(drives, quiet: quiet)
    return drives
  }
}

/// Which map, and how its modules answer.
struct AnswerOptions: ArgumentGroup {
  static var title: String { "ANSWERS" }
  init() {}
  @Option("How spikes become scores.") var assignment = NeuronalAssignment.Rule.standard
  @Option(
    "Leaves out neurons that fired for so many reference images; 0 for none, the map's choice unless given.")
  var threshold: Int?
}

extension ModularMap {
  /// The map of a folder, with a threshold given on the command line.
  static func read(_ folder: String, threshold: Int?, common: CommonOptions) throws -> ModularMap {
    var map = try ModularMap.read(folder)
    if let threshold {
      guard threshold >= 0 else { throw UsageError("--threshold is \(threshold), but must be 0 or more") }
      map.hyperactiveThreshold = threshold
    }
    let removal = map.removal(threshold: map.hyperactiveThreshold)
    // When nothing at all is left, whoever asks for answers says so.
    if !removal.emptyRegions.isEmpty && removal.emptyRegions.count < map.regions.count {
      Terminal.warn(
        "the threshold \(map.hyperactiveThreshold) leaves no neuron in a module of region \(removal.emptyRegions.map { "\($0)" }.joined(separator: ", ")); its places cannot be recognised",
        quiet: common.quiet)
    }
    return map
  }
}

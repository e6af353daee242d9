import Foundation

/// Recorded values among the fixtures.
enum Reference {
  static func data(_ name: String) throws -> Data {
    try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)"))
  }

  static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: data(name))
  }
}

/// `tiny_expected.json`: four neurons on thirty inputs in Brian2.
struct Tiny: Decodable {
  struct Run: Decodable {
    var e_spikes, i_spikes: [[Int]]
    var counts: [Int]
    var v_mV_every_10ms, ge_every_10ms: [[Double]]
  }
  var n_input, n_e: Int
  var norm_sum: Double
  var W0, delay_ms: [[Double]]
  var input_spikes_step: [[Int]]
  var test: Run
}

/// `tiny_plastic.json`: the same with plasticity.
struct TinyPlastic: Decodable {
  var e_spikes: [[Int]]
  var theta_mV: [Double]
  var weights: [[Double]]
}

/// `official_cases.json`: functions of the published program on small data.
struct OfficialCases: Decodable {
  struct PatchNormalisation: Decodable {
    var image: [[UInt8]]
    var patch: Int
    var normalised: [[Double]]
    var uint8, patch3_uint8: [[UInt8]]
  }
  struct Resizing: Decodable {
    var rgb: [[[UInt8]]]
    var to_wh: [Int]
    var resized: [[[UInt8]]]
    var grey, processed: [[UInt8]]
  }
  struct Assignment: Decodable {
    var train_counts, train_counts_weighted: [[Float]]
    var labels, assignments: [Double]
    var weighted_top: [Double]
    var test_counts: [[Float]]
    var unique: [Double]
    var standard_rates, standard_ranking, weighted_rates: [[Double]]
  }
  struct Hyperactive: Decodable {
    var record: [[Float]]
    var active_images: [Int]
    var query: [[Float]]
    var after: [String: [[Float]]]
  }
  struct Metrics: Decodable {
    var similarity: [[Double]]
    var precision, recall: [Double]
    var auc_trapezoid, recall_at_100_precision, true_precision_at_100_recall: Double
    var recall_at_n: [String: Double]
  }
  var patchnorm: PatchNormalisation
  var resize_grey: Resizing
  var assign: Assignment
  var hyperactive: Hyperactive
  var metrics: Metrics

  static func read() throws -> OfficialCases { try Reference.json("official_cases.json", as: Self.self) }
}

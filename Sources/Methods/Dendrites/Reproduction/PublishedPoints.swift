/// Numbers that the official result logs and plots hold, for comparison with what is measured here.
enum PublishedPoints {
  /// Frequencies of false matches in 1e8 draws behind Fig 4A; s = 24, θ = 12, n = 300, 500, 700, … for each a.
  static let figure4A: [(active: Int, frequencies: [Double])] = [
    (64, [1.09318e-3, 5.74e-6, 1.1e-7]),
    (128, [0.292048, 7.37836e-3, 3.2014e-4, 2.585e-5, 2.95e-6, 5.9e-7, 1.3e-7, 1e-8, 1e-8]),
    (
      256,
      [
        0.997368, 0.629267, 0.121048, 1.93688e-2, 3.50879e-3, 7.4956e-4, 1.8659e-4, 5.332e-5, 1.65e-5,
        5.58e-6,
        2.23e-6, 9.3e-7, 3.2e-7, 2.7e-7, 7e-8, 4e-8, 2e-8,
      ]
    ),
  ]

  /// Noise levels of Fig 4B, in active cells that move.
  static let figure4BNoise = [6, 13, 19, 26, 32, 38, 45, 51, 58, 64, 70, 77, 83, 90, 96, 102]

  /// The smallest positive values of the plotted law of Fig 4B: θ, v, probability.
  static let figure4BSmallest: [(threshold: Int, noise: Int, probability: Double)] = [
    (8, 26, 3.1134151628324e-16), (12, 19, 2.48810797387309e-15), (16, 19, 2.65549705827547e-8),
  ]

  /// Misses of a neuron of 500 segments in 100,000 noisy patterns; a = 128, n = 6000, s = 30, 15 % to 80 % noise.
  static let neuronMisses: [(threshold: Int, misses: [Int])] = [
    (8, [0, 0, 0, 0, 0, 0, 2, 63, 365, 1765, 7222, 19_271, 44_132, 69_847]),
    (12, [0, 0, 0, 0, 19, 225, 1306, 6385, 17_036, 35_247, 61_938, 81_887, 95_315, 99_172]),
    (16, [0, 1, 60, 552, 3195, 12_934, 29_597, 55_471, 76_287, 90_323, 97_765, 99_581, 99_972, 100_000]),
  ]

  /// Errors of two competing neurons; a = 128, s = 24, 500 segments each, n = 300, 500, 700, 900, 1100.
  static let classificationErrors = [
    959_346 / 2e6, 692_581 / 2e6, 36_401 / 1e6, 745 / 1e6, 236 / 1.1e7,
  ]

  /// Pooled false-positive rates of neurons of 500 segments, for correlations of .01–.02, .04–.05 and .08–.09; the last
  /// was not reached by the third.
  static let correlated: [(active: Int, cells: Int, synapses: Int, rates: [Double])] = [
    (32, 2000, 20, [7.8e-4, 1.2e-2, 8.6e-2]), (32, 4000, 20, [1.2e-4, 2.0e-3, 2.0e-2]),
    (64, 4000, 40, [1.1e-6, 2.0e-4]),
  ]
  /// Lower ends of those bins.
  static let correlatedBins = [0.01, 0.04, 0.08]

  /// Accuracy of a temporal memory at noise of 0, 5, …, 95 %; n = 2048, a = 40, s = 20.
  static let memoryAccuracy: [(threshold: Int, accuracies: [Double])] = [
    (
      8,
      [
        1, 1, 1, 1, 1, 1, 1, 0.998684, 0.998684, 0.988158, 0.946053, 0.834211, 0.614474, 0.431579, 0.186842,
        0.057895, 0.007895, 0, 0, 0,
      ]
    ),
    (
      12,
      [
        1, 1, 1, 1, 1, 0.994737, 0.963158, 0.847368, 0.660526, 0.392105, 0.172368, 0.067105, 0.015789,
        0.001316,
        0, 0, 0, 0, 0, 0,
      ]
    ),
    (
      16,
      [
        1, 1, 1, 0.921053, 0.684211, 0.380263, 0.167105, 0.043421, 0.009211, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
      ]
    ),
  ]

  /// Jaccard index of a temporal memory after 20,000 transitions, a = 64, n = 300, 400, …, 1200.
  static let memoryJaccard = [
    0.213333, 0.16, 0.128, 0.111850, 0.549857, 0.988546, 0.996940, 0.998864, 0.999552, 0.999811,
  ]

  /// Surprise after 1, 10, 20, 30, 40 and 50 branches; n = 2000, a = 40.
  static let surprise: [(branches: Int, cells: Double)] = [
    (1, 39.206), (10, 32.6789), (20, 26.7319), (30, 21.8579), (40, 17.8956), (50, 14.5391),
  ]
}
